/** What the scripts of the precondition cases do to a machine. */

/** The data of etcd out of its place, and back. */
export const emptied = [
  'mv /var/lib/etcd/member /var/lib/etcd/away',
  'mv /var/lib/etcd/away /var/lib/etcd/member',
] as const

/** A CA of its own on each machine; with `used`, the machine's kubelet.conf trusts it too. */
export const ownCa = (used: boolean) => `
mkdir -p /etc/kubernetes/pki
cd /etc/kubernetes/pki
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=kubernetes -days 10 -keyout ca.key -out ca.crt 2> /dev/null
${used ? 'printf \'clusters:\\n- cluster:\\n    certificate-authority-data: %s\\n\' "$(base64 -w0 ca.crt)" > /etc/kubernetes/kubelet.conf' : ''}`

/** An etcd cluster of its own in the place of the old data, made by the etcd that the machine has in its images. */
export const otherEtcd = `
etcd=$(find /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots -path '*/bin/etcd' -type f | head -n 1)
mkdir /var/lib/etcd/other
timeout 20 "$etcd" --name "$(hostname)" --data-dir /var/lib/etcd/other --listen-client-urls http://127.0.0.1:12379 \\
  --advertise-client-urls http://127.0.0.1:12379 --listen-peer-urls http://127.0.0.1:12380 \\
  --initial-advertise-peer-urls http://127.0.0.1:12380 --initial-cluster "$(hostname)=http://127.0.0.1:12380" \\
  > /dev/null 2>&1 &
for ((attempt = 0; attempt < 100; attempt++)); do
  if curl --silent --fail http://127.0.0.1:12379/health > /dev/null; then break; fi
  sleep 0.1
done
kill %1
wait || true
mv /var/lib/etcd/member /var/lib/etcd/away
mv /var/lib/etcd/other/member /var/lib/etcd/member`
export const ownEtcd = `
rm -rf /var/lib/etcd/member /var/lib/etcd/other
mv /var/lib/etcd/away /var/lib/etcd/member`

/** A full disk is a file system of its own with no room left. */
export const full = (dir: string) => `
mkdir -p ${dir}
mount -t tmpfs -o size=8m none ${dir}
dd if=/dev/zero of=${dir}/ballast bs=1M count=8 2> /dev/null || true`
export const roomy = (dir: string) => `umount ${dir}; rmdir ${dir} 2> /dev/null || true`

/**
 * The machines are containers and share this host's clock, so the command by which the repair asks for the time is made
 * to answer wrongly: a \`date\` before the real one in PATH that adds an hour.
 */
export const hourAhead = `
printf '#!/bin/sh\\nexec /usr/bin/date --date="+1 hour" "$@"\\n' > /usr/local/bin/date
chmod 0755 /usr/local/bin/date`
