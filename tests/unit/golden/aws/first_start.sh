#!/bin/bash
set -euo pipefail
for _ in $(seq 300); do [ -e /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0 ] && break; sleep 2; done
blkid /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0 || mkfs.ext4 -L milvus /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0
udevadm settle
mkdir -p /var/lib/docker /opt/milvus
echo 'LABEL=milvus /var/lib/docker ext4 defaults,nofail,x-systemd.device-timeout=600 0 2' >> /etc/fstab
mount /var/lib/docker
resize2fs /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install --yes docker.io docker-compose-v2
echo c2VydmljZXM6IHt9Cg== | base64 --decode > /opt/milvus/compose.yaml
if [ ! -e /var/lib/docker/milvus.env ]; then
  (umask 077; echo "COMMON_SECURITY_DEFAULTROOTPASSWORD=$(openssl rand -hex 20)" > /var/lib/docker/milvus.env)
fi
ln -sf /var/lib/docker/milvus.env /opt/milvus/milvus.env
cat > /etc/systemd/system/milvus.service <<'UNIT'
[Unit]
Description=Milvus
Requires=docker.service
After=docker.service network-online.target
Wants=network-online.target
RequiresMountsFor=/var/lib/docker

[Service]
WorkingDirectory=/opt/milvus
ExecStart=/usr/bin/docker compose up
ExecStop=/usr/bin/docker compose stop --timeout 300
TimeoutStopSec=330
Restart=always
RestartSec=10

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable --now milvus.service
