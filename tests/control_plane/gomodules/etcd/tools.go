//go:build tools

// Package tools names the command, so that the module knows what it needs.
package tools

import _ "go.etcd.io/etcd/server/v3"
