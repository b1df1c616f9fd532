//go:build tools

// Package tools names the command, so that the module knows what it needs.
package tools

import _ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
