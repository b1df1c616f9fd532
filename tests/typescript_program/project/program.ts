// Brings a stack up from TypeScript, by Pulumi's Automation API: the engine speaks to this process as to a language host.
//
//     node program.js FOLDER
//
// FOLDER is that of the project.
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import * as pulumi from "@pulumi/pulumi";
import * as milvus from "@pulumi/milvus";

async function declare(): Promise<Record<string, unknown>> {
    const given = new pulumi.Config();
    const store = new milvus.Lite("store", {
        uri: given.requireSecret("place"),
        aliases: { live: "articles" },
        workload: {
            collections: [
                {
                    name: "articles",
                    vectors: 1000,
                    dimension: given.requireNumber("dimension"),
                    index: "HNSW",
                    indexParams: { M: 12 },
                },
            ],
        },
    });
    new milvus.Collection(
        "second",
        {
            collectionName: store.collections.apply((names) => `${names[0]}_copy`),
            fields: [
                { name: "id", dataType: "INT64", isPrimary: true },
                { name: "vector", dataType: "FLOAT_VECTOR", dimension: 4, index: { indexType: "FLAT" } },
            ],
        },
        { dependsOn: [store] },
    );
    return { uri: store.uri, collections: store.collections, topology: store.plan.apply((plan) => plan["topology"]) };
}

async function up(folder: string): Promise<void> {
    const stack = await LocalWorkspace.selectStack(
        { stackName: "dev", projectName: "test", program: declare },
        { workDir: folder },
    );
    await stack.up();
}

up(process.argv[2]).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
});
