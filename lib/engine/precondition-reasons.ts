/**
 * Why a repair is refused. The ids never change, because scenarios name the refusal that they expect; the texts complete
 * "refused when …" in docs/recovery.md. In the order in which they are checked.
 */
export const reasonsBefore = {
  'contradictory-options': '`--kubelets bootstrap` is combined with `--controllers paused`',
  'invalid-inventory': 'the inventory names no control plane, names a machine twice, or lists one under another role',
  'machine-unreachable':
    'a control plane of the inventory does not answer, or more than one worker and more than half of them',
  'another-repair-running': 'scripts of another repair keep appearing on a machine',
  'invalid-kubeadm-config':
    'the kubeadm configuration, given or found in etcd, cannot be read, or its version is not known',
  'external-etcd': 'by the kubeadm configuration, etcd runs outside the control planes',
  'wrong-machine': 'the kubelet of a machine is of another Node than the inventory names',
  'worker-holds-etcd': 'a machine that is listed as a worker holds an etcd member',
  'tools-missing': 'a machine lacks `openssl`, by which private keys are judged there and sealed for other machines',
  'clock-differs': 'a clock differs by more than 2 minutes',
  'disk-full': 'less than 16 MiB is free where the repair writes',
  'other-cluster': 'by their CAs, the machines belong to different clusters',
  'other-endpoint': 'a worker uses another API endpoint than the `--kubeadm-config` names',
  'kubelet-paths':
    'a kubelet has its files elsewhere than kubeadm puts them: `--cert-dir`, `--config`, `--config-dir`, `--kubeconfig`',
  'repair-unfinished': '`--finish` is given, and an earlier repair has not come to its end',
  'not-an-etcd-member': 'a machine that is listed as a control plane is no member of etcd',
  'etcd-data-missing':
    'the data directory of etcd is empty; an API server on an empty etcd makes kubelets delete every pod ([kubernetes#38918](https://github.com/kubernetes/kubernetes/issues/38918))',
  'etcd-clusters-differ': 'the control planes hold data of different etcd clusters',
  'control-plane-missing': 'the inventory lacks a member of etcd',
  'kubeadm-config-encrypted': 'etcd holds the kubeadm configuration encrypted, and no `--kubeadm-config` was given',
  'other-kubeadm-config': 'the `--kubeadm-config` differs from the configuration in etcd',
  'etcd-data-moved': 'the data of etcd is not in the configured directory',
  'kubeadm-config-missing': 'etcd holds no kubeadm configuration, and no `--kubeadm-config` was given',
  'kubelet-config-missing': 'a control plane lacks the configuration of its kubelet, without which that does not start',
  'address-lost': 'a control plane no longer has the address that its API server advertised',
  'address-elsewhere': 'the `--kubeadm-config` gives a machine an address that it does not have',
  'address-unknown': 'a machine has neither a `--node-ip` nor a default route',
  'operator-files-missing':
    "a file is gone that only you have, and that a flag or volume of a control plane's pods, a flag of kubelet, or another such file names: an EncryptionConfiguration, an audit policy, a token file",
  'encryption-config-invalid': 'the EncryptionConfiguration cannot be read',
  'encryption-keys-missing': 'the EncryptionConfiguration lacks keys that values in etcd need',
  'nothing-to-replace': '`--replace` names a CA that is valid and whose key is on a control plane',
  'shared-certs-differ': 'a CA differs between control planes, and both are whole',
  'ca-elsewhere':
    'the CA is gone from the control planes, and its key lies elsewhere on one of them: in a directory that was moved away, or in a backup',
  'ca-certificate-missing': 'certificates of a CA are in use, and its certificate is on no control plane',
  'ca-expired': 'a CA is in use and has expired',
  'keyless-cas-differ':
    'a CA differs between control planes, certificates of each are in use, and the key of none is there',
  'external-ca-replaced': '`--replace` is given, and somebody outside of the cluster signs',
  'external-ca-missing': 'somebody outside of the cluster signs, and a CA is on no control plane',
  'sa-keys-differ': 'the service-account key differs between control planes, and nothing shows which is in use',
  'manifest-not-restorable': 'a manifest is lost, and its mirror pod has fields that the library does not know',
  'ca-bundle': 'a CA file holds several certificates, and something must be signed: kubeadm would use the first alone',
  'ca-key-missing':
    'the key of a CA that is in use is on no control plane, and either something must be signed by it or nothing else is lost',
  'external-ca-must-sign':
    'somebody outside of the cluster signs, and something must be signed; the message lists the requests',
} as const

/** Found when a part of the repair is done; what follows would do harm. */
export const reasonsLater = {
  'etcd-objects-missing': 'etcd runs without namespaces or pods',
  'nodes-missing': 'a Node is not back, and a full controller manager would evict its pods',
  'controller-manager-leads': 'a full controller manager may lead while kubelets join, and would evict their pods',
  'old-tokens-unknown':
    '`--finish` is given, and a worker does not answer, whose pods may have tokens of a lost service-account key',
  'old-tokens-in-use': '`--finish` is given, and a pod or a Secret has a token of a lost service-account key',
  'write-refused': 'a webhook or an admission policy refuses what the repair has to write',
  'leases-held':
    'an earlier repair holds leases for which full controller managers wait, and `--controllers paused` is given',
} as const

export type PreconditionReason = keyof typeof reasonsBefore | keyof typeof reasonsLater
