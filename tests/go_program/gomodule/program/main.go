// Command program brings a stack up from Go, by Pulumi's Automation API: the engine speaks to this process as to a
// language host.
//
//	program FOLDER PLUGIN
//
// FOLDER is that of the project; PLUGIN the folder of the package milvus.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"pulumi.milvus/go-program/sdk/milvus"
)

func main() {
	if err := up(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func up(ctx context.Context, folder, plugin string) error {
	project := workspace.Project{
		Name:    tokens.PackageName("test"),
		Runtime: workspace.NewProjectRuntimeInfo("go", nil),
		Plugins: &workspace.Plugins{Providers: []workspace.PluginOptions{{Name: "milvus", Path: plugin}}},
	}
	stack, err := auto.SelectStackInlineSource(ctx, "dev", "test", declare, auto.WorkDir(folder), auto.Project(project))
	if err != nil {
		return err
	}
	_, err = stack.Up(ctx)
	return err
}

func declare(ctx *pulumi.Context) error {
	given := config.New(ctx, "")
	dimension := given.RequireInt("dimension")
	store, err := milvus.NewLite(ctx, "store", &milvus.LiteArgs{
		Uri:     given.RequireSecret("place"),
		Aliases: map[string]string{"live": "articles"},
		Workload: milvus.WorkloadArgs{
			Collections: []milvus.CollectionWorkloadArgs{{
				Name: "articles", Vectors: 1000, Dimension: &dimension,
				Index: pulumi.StringRef("HNSW"), IndexParams: map[string]any{"M": 12},
			}},
		},
	})
	if err != nil {
		return err
	}
	second := store.Collections.Index(pulumi.Int(0)).ApplyT(func(name string) string { return name + "_copy" })
	_, err = milvus.NewCollection(ctx, "second", &milvus.CollectionArgs{
		CollectionName: second.(pulumi.StringOutput),
		Fields: milvus.FieldArray{
			milvus.FieldArgs{
				Name: pulumi.String("id"), DataType: pulumi.String("INT64"), IsPrimary: pulumi.Bool(true),
			},
			milvus.FieldArgs{
				Name: pulumi.String("vector"), DataType: pulumi.String("FLOAT_VECTOR"), Dimension: pulumi.Int(4),
				Index: milvus.IndexArgs{IndexType: pulumi.String("FLAT")},
			},
		},
	}, pulumi.DependsOn([]pulumi.Resource{store}))
	if err != nil {
		return err
	}
	ctx.Export("uri", store.Uri)
	ctx.Export("collections", store.Collections)
	ctx.Export("topology", store.Plan.MapIndex(pulumi.String("topology")))
	return nil
}
