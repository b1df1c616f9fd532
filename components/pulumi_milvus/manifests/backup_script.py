"""What a run of the backup does: make one, see that it is there, then delete those that are too old.

Read from milvus-backup v0.5.16: its commands end with 1 where they fail (cmd/cmd.go); ``list`` prints a name a line to
standard output, among lines of its log, and leaves out backups without metadata (internal/meta/meta.go); names are of
letters, digits and underscores and begin with a letter (core/backup/func.go). Its image has BusyBox's sh, date and awk.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.manifests.setting_values import ClusterSettings

# Names sort as their times do, and only names of exactly this form are ever deleted: what a person made stays.
BACKUP_SCRIPT: Final = """\
#!/bin/sh
# CONFIG_FILE: milvus-backup's configuration. NAME_PREFIX: how the names begin. KEEP_DAYS: how long backups stay.
set -eu

now=$(date -u +%s)
name="${NAME_PREFIX}_$(date -u -d "@$now" +%Y%m%d%H%M%S)"
oldest="${NAME_PREFIX}_$(date -u -d "@$((now - KEEP_DAYS * 86400))" +%Y%m%d%H%M%S)"

milvus-backup --config "$CONFIG_FILE" create --name "$name"

listed=$(milvus-backup --config "$CONFIG_FILE" list)
own=$(printf '%s\\n' "$listed" | grep -E -x "${NAME_PREFIX}_[0-9]{14}" || true)
if ! printf '%s\\n' "$own" | grep -q -x "$name"; then
    echo "$name was made and is not listed: no backup is deleted" >&2
    exit 1
fi
printf 'there is %s\\n' $own

failed=0
for old in $(printf '%s\\n' "$own" | LC_ALL=C awk -v oldest="$oldest" '$0 < oldest'); do
    echo "delete $old: older than $KEEP_DAYS days"
    milvus-backup --config "$CONFIG_FILE" delete --name "$old" || failed=1
done
exit "$failed"
"""


def name_prefix(settings: ClusterSettings) -> str:
    """How the names of a Milvus's scheduled backups begin; no two of a cluster are equal.

    No name in Kubernetes has an underscore or a capital, so dashes become underscores and ``_IN_`` parts the two.
    """
    return f"scheduled_{settings.name}_IN_{settings.namespace}".replace("-", "_")
