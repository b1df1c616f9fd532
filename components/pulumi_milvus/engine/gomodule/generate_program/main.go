// Command generate_program writes a Python program from PCL, which `pulumi import` asks of a language host.
//
// It reads a GenerateProgramRequest as JSON and prints a GenerateProgramResponse as JSON, calling the generator that
// the official host calls.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/hcl2/syntax"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/encoding/protojson"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	data, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	var request pulumirpc.GenerateProgramRequest
	if err := protojson.Unmarshal(data, &request); err != nil {
		return fmt.Errorf("the request cannot be read: %w", err)
	}
	response, err := generate(&request)
	if err != nil {
		return err
	}
	data, err = protojson.Marshal(response)
	if err != nil {
		return err
	}
	_, err = out.Write(data)
	return err
}

func generate(request *pulumirpc.GenerateProgramRequest) (*pulumirpc.GenerateProgramResponse, error) {
	if request.LoaderTarget == "" {
		return nil, errors.New("the request names no loader of schemas")
	}
	loader, err := schema.NewLoaderClient(request.LoaderTarget)
	if err != nil {
		return nil, fmt.Errorf("the loader of schemas: %w", err)
	}
	defer loader.Close() //nolint:errcheck // the process ends here

	parser := syntax.NewParser()
	paths := make([]string, 0, len(request.Source))
	for path := range request.Source {
		paths = append(paths, path)
	}
	// A map has no order, and what is generated must have one.
	slices.Sort(paths)
	for _, path := range paths {
		if err := parser.ParseFile(strings.NewReader(request.Source[path]), path); err != nil {
			return nil, fmt.Errorf("reading %s: %w", path, err)
		}
	}
	response := &pulumirpc.GenerateProgramResponse{
		Diagnostics: plugin.HclDiagnosticsToRPCDiagnostics(parser.Diagnostics),
	}
	if parser.Diagnostics.HasErrors() {
		return response, nil
	}

	options := []pcl.BindOption{pcl.PreferOutputVersionedInvokes}
	if !request.Strict {
		options = append(options, pcl.NonStrictBindOptions()...)
	}
	program, found, err := pcl.BindProgram(parser.Files, schema.NewCachedLoader(loader), options...)
	if err != nil {
		return nil, err
	}
	response.Diagnostics = append(response.Diagnostics, plugin.HclDiagnosticsToRPCDiagnostics(found)...)
	if found.HasErrors() || program == nil {
		return response, nil
	}

	files, found, err := python.GenerateProgram(program)
	if err != nil {
		return nil, err
	}
	response.Diagnostics = append(response.Diagnostics, plugin.HclDiagnosticsToRPCDiagnostics(found)...)
	response.Source = files
	return response, nil
}
