import type { LostTrust, RecoveryResult } from './recovery-result.ts'

/** What a recovery reports; the caller records it, with its own times. */
export type RecoveryEvent =
  | { readonly type: 'step.started' | 'step.finished' | 'step.skipped'; readonly step: string; readonly title: string }
  | { readonly type: 'step.failed'; readonly step: string; readonly title: string; readonly message: string }
  /** Something reached on the way, by a kebab-case id of the recovery's own, with a title for people. */
  | { readonly type: 'milestone.reached'; readonly milestone: string; readonly title: string }
  /** A certificate request with a name or address that is not its machine's. */
  | { readonly type: 'request.denied'; readonly node: string; readonly request: string; readonly reason: string }
  /** An orphaned script of an earlier repair, which has ended now. */
  | { readonly type: 'orphan.stopped'; readonly node: string; readonly script: string }
  /** A file or an object that the survey used, for the report. */
  | { readonly type: 'input.used'; readonly node: string; readonly path: string }
  /** `directory`: the backup's, which has the file under the same path; `reason`: what was wrong with it, if that is why. */
  | {
      readonly type: 'file.backed-up'
      readonly node: string
      readonly path: string
      readonly directory?: string
      readonly reason?: string
    }
  /** A credential that was not there when the repair began. */
  | { readonly type: 'credential.made'; readonly node: string; readonly path: string; readonly reason: string }
  /** Nothing is lost or damaged; the repair ends, and has changed nothing. */
  | { readonly type: 'recovery.not-needed'; readonly title: string }
  /** A line that the user's own command printed, or a note about it. */
  | { readonly type: 'recovery.said'; readonly line: string }
  /** A pod (namespace/name) that the API rejected, with the evidence; `client.restarted` once it was restarted. */
  | {
      readonly type: 'client.rejected' | 'client.restarted'
      readonly node: string
      readonly pod: string
      readonly reason: string
    }
  /**
   * A machine that is not as it was, or whose Node was not Ready before the repair and is not now; the repair went on without it.
   * `node.back`: it is Ready now, when the repair has looked again.
   */
  | { readonly type: 'node.left'; readonly node: string; readonly reason: string }
  | { readonly type: 'node.back'; readonly node: string }
  /** An object (`Secret default/ci`) that still has what is lost, because something keeps it from being written. */
  | { readonly type: 'object.left'; readonly object: string; readonly reason: string }
  /** A write that admission refused; the repair comes back to it. `reason`: by which webhook. */
  | { readonly type: 'write.refused'; readonly what: string; readonly reason: string }
  /** A pod that the API still rejects after restarts, and whose credentials the repair cannot renew. */
  | { readonly type: 'client.left'; readonly node: string; readonly pod: string; readonly reason: string }
  /** A static pod of an operator's own whose manifest is gone. */
  | { readonly type: 'static-pod.lost'; readonly node: string; readonly pod: string; readonly reason: string }
  /** A pod whose token was not reissued. */
  | { readonly type: 'token.left'; readonly node: string; readonly pod: string; readonly reason: string }
  /** A pod (namespace/name) that is not as it was before the repair. */
  | { readonly type: 'pod.left'; readonly node: string; readonly pod: string; readonly reason: string }
  /** A key whose private half is lost, by its kid; its tokens are accepted until the repair is finished. */
  | { readonly type: 'sa-key.retired'; readonly keyId: string }
  /** An API server that was restarted without handing its connections over to another one. */
  | { readonly type: 'api-server.not-handed-over'; readonly node: string; readonly reason: string }
  /** Something that the repair holds from now on, such as a lease, and what ends that if the repair is killed; or holds no more. */
  | { readonly type: 'hold.taken'; readonly what: string; readonly until: string }
  | { readonly type: 'hold.released'; readonly what: string }
  /** Something that the repair held, given back because the repair ended early; or why it was not. */
  | { readonly type: 'hold.given-back'; readonly what: string }
  | { readonly type: 'hold.kept'; readonly what: string; readonly message: string; readonly until: string }
  /**
   * A CA that is valid and whose key is on no control plane, so that nothing new can be signed by it; said at the end. `firstExpiry`: of
   * its certificates, ISO 8601.
   */
  | {
      readonly type: 'ca.kept-without-key'
      readonly file: string
      readonly isExternal: boolean
      readonly firstExpiry?: string
      readonly reason: string
    }
  /** Somebody whom the API still rejects at the end, and who is no pod that was given credentials. */
  | { readonly type: 'client.unknown'; readonly where: string; readonly reason: string }
  /** An API server that does not log whom it rejects, because profiling is off there. */
  | { readonly type: 'clients.unobserved'; readonly node: string; readonly reason: string }
  /** A worker that does not answer: nothing of it was seen or done. */
  | { readonly type: 'machine.unreachable'; readonly node: string; readonly reason: string }
  /** What still has a lost CA, or a token of a lost key: an object (`Secret default/ci`) or a file on a machine. */
  | { readonly type: 'trust.left'; readonly node?: string; readonly where: string; readonly lost: LostTrust }
  /** Where such could not be looked for. */
  | { readonly type: 'trust.unseen'; readonly where: string; readonly reason: string }
  /** The last event of every recovery, however it ended. */
  | { readonly type: 'recovery.ended'; readonly result: RecoveryResult }
