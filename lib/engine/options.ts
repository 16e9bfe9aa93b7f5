/** The CAs whose replacement an operator can ask for: the cluster's, etcd's and the front proxy's. */
export const replaceableCas = ['ca', 'etcd-ca', 'front-proxy-ca'] as const

export type ReplaceableCa = (typeof replaceableCas)[number]

/** The choices of a repair where there is more than one good way; the defaults measured best. */
export interface RecoveryOptions {
  /** How the other control planes get the CAs: copied, or through the API (`kubeadm init phase upload-certs`). */
  readonly distribution: 'copy' | 'upload-certs'
  /** How kubelets get their identity: signed on a control plane, or by a bootstrap token (`kubeadm join phase kubelet-start`). */
  readonly kubelets: 'central' | 'bootstrap'
  /** How the controller manager is kept from evicting until every Node is back: restricted, or stopped. */
  readonly controllers: 'allow-list' | 'paused'
  /** What happens to pods that still use the old CA or token: their containers are restarted, or the pods deleted. */
  readonly clients: 'in-place' | 'recreate'
  /**
   * When tokens of a lost service-account key that is still accepted are reissued: at once, by restarts of kubelets, or
   * when kubelets renew them by themselves, those of the usual hour within 48 minutes.
   */
  readonly tokens: 'reissue' | 'lazy'
  /** What must be replaced at once although it is there, by the operator's word that somebody else has it. */
  readonly compromised: 'nothing' | 'sa-key'
  /**
   * Whether CAs whose keys are on no control plane are external: then nothing is created or signed in their place. By default the
   * controller managers tell, which sign nothing then.
   */
  readonly externalCa: 'detect' | 'yes' | 'no'
  /**
   * The CAs that the repair replaces although they may be in use, by the operator's word: the key is gone, control planes have
   * different ones, or the certificate has expired. Refused for a CA that is whole.
   */
  readonly replace: readonly ReplaceableCa[]
  /**
   * How many times as long as usual the repair waits before it gives anything up, on machines that are slower: above 0, default 1. With
   * the number of machines, namespaces and token Secrets it grows besides.
   */
  readonly timeoutFactor: number
}

/** The values of each option of which one is chosen, the default first. */
export const recoveryChoices = {
  distribution: ['copy', 'upload-certs'],
  kubelets: ['central', 'bootstrap'],
  controllers: ['allow-list', 'paused'],
  clients: ['in-place', 'recreate'],
  tokens: ['reissue', 'lazy'],
  compromised: ['nothing', 'sa-key'],
  externalCa: ['detect', 'yes', 'no'],
} as const satisfies {
  readonly [K in Exclude<keyof RecoveryOptions, 'replace' | 'timeoutFactor'>]: readonly RecoveryOptions[K][]
}

export const defaultOptions: RecoveryOptions = {
  distribution: 'copy',
  kubelets: 'central',
  controllers: 'allow-list',
  clients: 'in-place',
  tokens: 'reissue',
  compromised: 'nothing',
  externalCa: 'detect',
  replace: [],
  timeoutFactor: 1,
}
