// Command generate_sdk writes the SDK of a Pulumi package, as `pulumi package add` asks a language host to.
//
//	generate_sdk go|nodejs SCHEMA FOLDER
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/blang/semver"
	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// nothing loads no other package: this one refers to none.
type nothing struct{}

var errOther = errors.New("the schema refers to another package")

func (nothing) LoadPackage(string, *semver.Version) (*schema.Package, error) { return nil, errOther }

func (nothing) LoadPackageV2(context.Context, *schema.PackageDescriptor) (*schema.Package, error) {
	return nil, errOther
}

func (nothing) LoadPackageReference(string, *semver.Version) (schema.PackageReference, error) {
	return nil, errOther
}

func (nothing) LoadPackageReferenceV2(
	context.Context, *schema.PackageDescriptor,
) (schema.PackageReference, error) {
	return nil, errOther
}

func main() {
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(language, file, folder string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(data, &spec); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	// The program that uses it is of the same module.
	var settings map[string]any
	if err := json.Unmarshal(spec.Language["go"], &settings); err != nil {
		return fmt.Errorf("%s: language.go: %w", file, err)
	}
	settings["importBasePath"] = "pulumi.milvus/go-program/sdk/milvus"
	changed, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	spec.Language["go"] = changed
	pkg, diagnostics, err := schema.BindSpec(spec, nothing{}, schema.ValidationOptions{})
	if err != nil {
		return err
	}
	if diagnostics.HasErrors() {
		return fmt.Errorf("%s: %w", file, diagnostics)
	}
	var files map[string][]byte
	switch language {
	case "go":
		files, err = gogen.GeneratePackage("pulumi", pkg, nil)
	case "nodejs":
		files, err = nodejs.GeneratePackage("pulumi", pkg, nil, nil, true, nothing{})
	default:
		return fmt.Errorf("no language %s", language)
	}
	if err != nil {
		return err
	}
	for path, content := range files {
		target := filepath.Join(folder, path)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(target, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
