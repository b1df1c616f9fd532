//go:build tools

// Package tools names the command, so that the module knows what it needs.
package tools

import _ "sigs.k8s.io/kwok/cmd/kwok"
