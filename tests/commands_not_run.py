"""The documented commands that ``engine/test_documented_commands`` leaves out: another test does it, or none can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# What no test has.
CLOUD = "an account of AWS"
DOCKER = "Docker"
RELEASE = "a release in a package index, or on the code's host"
WINDOWS = "Windows"
TERMINAL = "a person who answers at a terminal"


@dataclass(frozen=True)
class NotRun:
    """Commands that are left out. ``pattern``: a regular expression that matches the whole of each."""

    pattern: str
    test: str = ""
    """``file::function`` of the test that does what they do"""
    needs: str = ""
    """What no test has"""


_CLUSTER = "cluster/test_kubernetes_environments.py::test_an_environment_lives"
_BACKUP = "cluster/test_backup_on_cluster.py::test_a_run_by_hand_yields_a_pod_that_restricted_lets_in_and_a_node_takes"
_CHANGES = "cluster/test_kubernetes_changes.py::test_a_cluster_is_changed"
_STACKS = "engine/test_engine_stacks.py::test_up_twice_and_down_leave_the_values_file_as_it_was"
_ADOPTING = "cluster/test_kubernetes_adopting.py::test_a_milvus_that_runs_already_is_taken_over"
_COPY = "engine/test_copy_lite.py::test_an_index_of_another_kind_beside_the_first_and_the_alias_last"
_IMPORT = "engine/test_import_program.py::test_each_import_prints_a_program_that_runs"
_TEAMS = "cluster/test_another_team.py::test_three_stacks_of_two_teams"
_NEW_PROJECT = "engine/test_new_project.py::test_a_new_project_comes_up_stays_and_goes"

NOT_RUN: Final = (
    NotRun("make (up|down)", test=_STACKS),
    NotRun("make preview", test="engine/test_engine_stacks.py::test_preview_creates_nothing"),
    NotRun("make up ENV=.*", test=_CLUSTER),
    NotRun("make test", needs="to be all the tests, this one too; .ci/run is it"),
    NotRun("make sizing", test="unit/test_estimates_measured.py::test_a_stale_page_is_found_and_written_anew"),
    NotRun('eval "`make -s env`"', test="unit/test_engine_environment.py::test_exports_survive_odd_folders"),
    # Half a minute each; another line of the page runs the same command.
    NotRun(
        "pulumi-milvus compare stacks/.*html.*",
        test="unit/test_compare_cli.py::test_the_page_is_written_and_the_table_still_printed",
    ),
    NotRun(
        "pulumi-milvus compare workload.yaml --json", test="unit/test_compare_cli.py::test_json_is_the_whole_comparison"
    ),
    NotRun(
        "python -c 'import faiss(.|\\n)*",
        test="unit/test_estimates_measured.py::test_files_of_known_layout_are_off_by_at_most_a_thousandth",
    ),
    # Projects of a team's own.
    NotRun("pulumi-milvus init search", needs=TERMINAL),
    NotRun("pip install .*|pulumi install", needs=RELEASE),
    NotRun("pulumi stack init dev|pulumi up --stack dev", test=_NEW_PROJECT),
    NotRun(
        "pulumi (preview --json --show-sames|stack export) -s (dev|prod) > .*",
        test="engine/test_workflow_steps.py::test_a_change_is_previewed_comes_up_and_is_previewed_again",
    ),
    NotRun("pulumi package add .*|gh attestation .*|git clone .*", needs=RELEASE),
    NotRun("pulumi preview -s prod --diff", test=_NEW_PROJECT),
    NotRun("python scripts/release.py set .*", test="engine/test_release.py::test_the_version_stands_in_one_place"),
    # Two teams.
    NotRun("cd (examples/another-team|[.][.])/.*", test=_TEAMS),
    NotRun("pulumi config set --secret kubeconfig .*|pulumi up -s dev.*", test=_TEAMS),
    # Servers, clusters, clouds.
    NotRun("pulumi-milvus copy .*", test=_COPY),
    NotRun("helm template .*", needs="a chart of others; unit/check_cases has what it renders"),
    NotRun("pulumi preview .* aws-nvme .*", test="cloud/test_preview_cost_engine.py::test_previews_of_the_real_engine"),
    NotRun(
        "pulumi-milvus catalogue refresh .*",
        test="cloud/test_catalogue_moto.py::test_rows_of_what_aws_tells_are_those_of_the_package",
    ),
    NotRun("pulumi-milvus preflight .*", test="unit/test_preflight_command.py::test_what_a_stack_wants_is_asked"),
    NotRun("aws .*|sudo cat .*milvus.env", needs=CLOUD),
    NotRun("kubectl .*from=cronjob.*|kubectl .*(get cronjob|logs job).*", test=_BACKUP),
    NotRun("kubectl patch persistentvolumeclaim .*", test=_CHANGES),
    NotRun("kubectl patch milvus .*", test="cluster/test_kubernetes_old_release.py::test_from_2_4_to_2_6"),
    NotRun("kubectl .*get milvus vec .*|pulumi config set kubernetes:enablePatchForce .*", test=_ADOPTING),
    NotRun(
        "kubectl rollout restart .*",
        test="cluster/test_store_keys_by_hand.py::test_keys_written_by_hand_are_taken_over",
    ),
    NotRun(
        "kubectl apply .*environment.yaml",
        test="cluster/test_account_rights.py::test_an_environment_lives_with_these_rights",
    ),
    NotRun("pulumi (up|preview) -s distributed.*|pulumi stack init distributed .*", test=_CHANGES),
    NotRun(
        "pulumi config set milvus:uri .*|pulumi config set --path .*milvus:cluster.*",
        test="cluster/test_cluster_access_stack.py::test_a_stack_reaches_into_the_cluster",
    ),
    NotRun("pulumi import .*", test=_IMPORT),
    NotRun("docker .*", needs=DOCKER),
    NotRun(
        "export PULUMI_BACKEND_URL=.*", test="cloud/test_s3_backend.py::test_a_whole_life_with_the_state_in_a_bucket"
    ),
    # Windows.
    NotRun("wsl .*|sudo apt-get .*|cd pulumi-milvus", needs=WINDOWS),
)
