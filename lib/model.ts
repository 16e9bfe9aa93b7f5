// What the recovery knows about a cluster: types only, so that every room of lib/ may import them.
import type { Node } from './node.ts'

/** An object from JSON or YAML. */
export type Json = Readonly<Record<string, unknown>>

/** The cluster's kubeadm configuration, read and checked. */
export interface KubeadmConfig {
  readonly apiVersion: 'kubeadm.k8s.io/v1beta3' | 'kubeadm.k8s.io/v1beta4'
  /** The ClusterConfiguration. */
  readonly cluster: Json
  /** The InitConfiguration of the control plane that the file was written for; absent where only the ClusterConfiguration was kept. */
  readonly init?: Json
  readonly certificatesDir: string
  readonly etcdDataDir: string
  /** The port of every API server. */
  readonly bindPort: number
}

/** The static pods that kubeadm makes. */
export type Component = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler'

/** A volume of a static pod; `type` as in the API (`File`, `DirectoryOrCreate`, …), '' where kubelet checks nothing. */
export interface HostVolume {
  readonly name: string
  readonly path: string
  readonly type: string
}

export interface Mount {
  readonly name: string
  readonly mountPath: string
  readonly readOnly: boolean
}

/** Quantities by resource (`cpu`, `memory`, …), as in the API. */
export interface Resources {
  readonly limits: Readonly<Record<string, string>>
  readonly requests: Readonly<Record<string, string>>
}

/** What a static pod runs, in its main container. */
export interface StaticPodSpec {
  /** All of it, as its mirror pod showed it. */
  readonly pod?: Json
  /** Where in its mirror pod something stands that cannot be read, so that `pod` is not all. */
  readonly unknown?: readonly string[]
  readonly image: string
  readonly command: readonly string[]
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly mounts: readonly Mount[]
  readonly volumes: readonly HostVolume[]
  readonly resources: Resources
}

/** What the static pods of a control plane ran before the loss, from their mirror pods. */
export type MirrorPodSpecs = ReadonlyMap<Component, StaticPodSpec>

/** What a machine says about itself before anything is changed. */
export interface NodeFacts {
  /** Global addresses of its interfaces. */
  readonly addresses: readonly string[]
  /** Those of them that may be elsewhere a moment later: of keepalived, kube-vip, or kube-proxy in IPVS mode. */
  readonly virtualAddresses: readonly string[]
  /** `--node-ip` of its kubelet. */
  readonly nodeIp?: string
  /** The source address of its default route. */
  readonly routeAddress?: string
  /** The user in its kubelet's client certificate: `system:node:<name>`. */
  readonly kubeletUser?: string
  /** The API server in its kubelet.conf. */
  readonly kubeletServer?: string
  /** The socket of its container runtime. */
  readonly criSocket?: string
  /** Flags by which its kubelet has its files elsewhere than kubeadm puts them. */
  readonly otherPaths: readonly string[]
  /** Files below /etc/kubernetes that its flags and its configuration name, its own credentials excepted. */
  readonly kubeletFiles: readonly string[]
  /** Its API server answers. */
  readonly servesApi: boolean
  /** `--root-dir` of its kubelet, where the volumes of its pods are. Its certificates and its configuration do not follow it. */
  readonly kubeletRoot: string
  /** kubelet's static pod path. */
  readonly manifestsDir: string
  /** kubelet's client CA file: it accepts callers whose certificate this CA signed. */
  readonly clientCaFile: string
  /** Its kubelet renews its client certificate before it expires; kubeadm's own setting. */
  readonly rotatesCertificates: boolean
  /** Its kubelet requests its serving certificate from the cluster (serverTLSBootstrap); such requests need an approver. */
  readonly servesByRequest: boolean
  /** The data directory of its etcd member, where there is one. */
  readonly etcdDataDir?: string
  /** CAs (PEM) that this machine knows or knew as its cluster's, those recorded by an earlier repair included. */
  readonly knownCas: readonly string[]
  /** Its kubelet does not start again: the configuration that kubeadm made is missing. */
  readonly lacksKubeletConfig: boolean
  /** An unfinished repair stopped the control plane here, and has its manifests. */
  readonly isStopped: boolean
  /** The shared files that an unfinished repair created here, below the directory of certificates. */
  readonly created: readonly string[]
  /** Those of them that a repair recorded which did not come to its end; empty otherwise. */
  readonly recordedCas: readonly string[]
  /** By what its kubelet verifies the API: PEM, one CA or more; '' without a kubelet.conf. */
  readonly kubeletCas: string
  /** By what its pods do: such a bundle for each pod, equal ones once. */
  readonly podCas: readonly string[]
  /** The keys (`kid`) that signed the tokens of its pods. */
  readonly tokenKeyIds: readonly string[]
  /** Its clock, milliseconds since 1970. */
  readonly clockMs?: number
  /** Free space in KiB where the repair writes, by directory. */
  readonly freeKib: ReadonlyMap<string, number>
  /** Programs that the repair needs there and that are missing. */
  readonly missingTools: readonly string[]
  /** The files that these facts come from. */
  readonly filesRead: readonly string[]
}

/** A machine, and what does not change about it during the repair. */
export interface NodeState {
  readonly node: Node
  /** The address of its API server, etcd member and kubelet. */
  readonly address: string
  readonly facts: NodeFacts
  /** Empty for a worker. */
  readonly mirrorPodSpecs: MirrorPodSpecs
  /** Keys of the objects that were found in its etcd database. */
  readonly storedKeys: readonly string[]
  /** How many times as long as usual the repair waits for it, and for what is asked through it; default 1. */
  readonly timeoutFactor?: number
}

/** The certificates of the CAs, below the certificates' directory. */
export type CaFile = 'ca.crt' | 'front-proxy-ca.crt' | 'etcd/ca.crt'

/** A CA that is valid and whose key is on no control plane: its certificate stays as it is, and nothing is signed by it. */
export interface KeylessCa {
  /** The file of its certificate, which may hold further ones. */
  readonly text: string
  /** So by design: somebody outside signs. Otherwise the key is lost. */
  readonly isExternal: boolean
  /** The first certificate of it that expires, where the survey saw any. */
  readonly firstExpiry?: { readonly date: Date; readonly path: string; readonly node: string }
}

/** Something that the repair holds, and gives back. */
export interface Hold {
  /** What ends it where it cannot be given back, in words: `within 60 s, by itself`. */
  readonly until: string
  /** Gives it back. It must be safe to call twice. */
  readonly release: (signal: AbortSignal) => Promise<void>
}

/** What the repair holds now, by its name in words. */
export type Holds = Map<string, Hold>

/** A Node that was not Ready before the loss, or that the repair left because it did not come back. */
export interface BrokenNode {
  /** As the API says it. */
  readonly since: string
  /** Why the repair left it; absent where it was not Ready before. */
  readonly reason?: string
  /** Its kubelet does not run or renew its lease, so that nothing is to be expected of it; known once kubelets were awaited. */
  readonly isSilent: boolean
}

/** What one repair learns on its way and keeps, because asking again costs a round trip each time. */
export interface Learned {
  /** The cluster's CA (PEM); known once the shared certificates are whole. */
  ca?: string
  /** The keys by which the cluster verifies tokens (`retired`: the private half is lost); known at the same time. */
  tokenKeys?: { readonly accepted: ReadonlySet<string>; readonly valid: ReadonlySet<string> }
  /**
   * The shared files that were created by this repair, or by an earlier one that did not come to its end. What the old ones signed is
   * rejected.
   */
  readonly created: Set<string>
  /**
   * By the survey nothing is to be done about the service-account key: every control plane has it and every process has loaded it; or
   * nobody knows any of it and nothing runs, so that it is created with the CAs and loaded by what starts afterwards.
   */
  saKeySettled?: boolean
  /** The controller managers must be started again, because they have not loaded the service-account key; so by the survey. */
  restartsControllerManagers?: boolean
  /** In a plan: the CAs that it brings back, by which the rest of the plan is judged. */
  restored?: ReadonlyMap<CaFile, string>
  /** The CAs that are replaced or lost under a control plane that runs: what is there of them counts as lost until others are made. */
  replaced?: ReadonlySet<CaFile>
  /** The CAs whose keys are on no control plane and that are kept; so by the survey. */
  keyless?: ReadonlyMap<CaFile, KeylessCa>
  /** Since when the API servers log whom they reject, milliseconds since 1970 by our clock; 0 where they do not. */
  watchStartedAtMs: number
  /** Some API server does not log whom it rejects: what the clients log themselves counts too. */
  clientsUnobserved?: boolean
  /** Nobody knows who some rejected client is: what pods with the address of their machine log counts too. */
  clientsHidden?: boolean
  /** When the last rejected clients had been restarted, by the same clock. */
  clientsRestartedAtMs?: number
  /** Registered before it is taken, and given back on success, failure and abort. */
  readonly holds: Holds
  /** By the names of their machines; known once the API is asked about Nodes. */
  brokenNodes?: Map<string, BrokenNode>
  /** Namespaces in which admission refused to publish the CA. */
  readonly withoutCa: Set<string>
  /** Token Secrets (namespace/name) that admission refused to reissue. */
  readonly refusedTokens: Set<string>
  /** Pods (uids) that were Ready before their kubelet was restarted, and were not again in time. */
  readonly unreadyPods: Set<string>
  /** Pods (uids) whose ServiceAccount is gone: the API rejected them before the loss, and no restart helps them. */
  readonly withoutAccount: Set<string>
  /** How often the repair restarted a pod (uid) that the API rejected. */
  readonly restarts: Map<string, number>
  /** Pods (uids) that the API still rejects after restarts, and that the repair leaves. */
  readonly leftClients: Set<string>
  /** The uids of pods whose restart was put off once, because a kube-proxy still led to them. */
  readonly putOff: Set<string>
}

/** A name or address by which a machine's kubelet reaches the API. */
export interface ServedName {
  readonly name: string
  readonly usedBy: string
}

/** A machine of the inventory that does not answer. */
export interface Unreachable {
  readonly name: string
  readonly reason: string
}

/** The surveyed cluster: what the steps of one repair work on. */
export interface ClusterState {
  /** With the added names. */
  readonly config: KubeadmConfig
  /** What the certificates of API servers must hold and the configuration lacked. */
  readonly addedNames: readonly ServedName[]
  readonly controlPlanes: readonly [NodeState, ...NodeState[]]
  readonly workers: readonly NodeState[]
  /** All of them, control planes first. */
  readonly machines: readonly NodeState[]
  /** Workers that are none of them, because they do not answer. */
  readonly unreachable: readonly Unreachable[]
  /** The control plane for everything that is done once. */
  readonly first: NodeState
  /** The name of this repair's backup directory. */
  readonly stamp: string
  /** The only part that changes; made by the survey, for this repair alone. */
  readonly learned: Learned
}
