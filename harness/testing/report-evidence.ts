import type { CpuPressure } from '../host/cpu-pressure.ts'
import type { Certificates, SeenCertificate } from '../observe/certificates.ts'
import { moment, type When } from './good-moments.ts'

/** What is recorded for the reports alone: no check judges by it. Of the same run as `goodEvidence`. */
export const reportEvidence = {
  'certificates-baseline': certificates('baseline', 'old'),
  'certificates-settled': certificates('settled', 'new'),
  'cpu-pressure': cpuPressure(),
}

/** Pressed for five seconds right after the injection. */
function cpuPressure(): CpuPressure {
  const samples = Array.from({ length: 220 }, (_, index) => ({
    ...{ atMs: (index + 1) * 1000, overMs: 1000 },
    ...(index >= 96 && index < 101 ? { waiting: 0.873, busy: 0.991 } : { waiting: 0.1234, busy: 0.4321 }),
  }))
  return { source: '/proc/pressure/cpu', cores: 2, samples }
}

/** Each CA has one key before the repair and another after it. */
function certificates(when: When, age: string): Certificates {
  const ca = `${age}-ca-key`.padEnd(64, '0')
  const one = (path: string, subject: string): SeenCertificate => ({
    ...{ path, subject, issuer: 'CN=kubernetes', fingerprint: `${path} ${age}`, signedBy: ca },
    ...{ keyId: path.endsWith('/ca.crt') ? ca : `${age} ${path}`, validTo: '2027-11-24T02:00:00.000Z' },
  })
  const ofNode = (node: string) => [
    one('/etc/kubernetes/pki/ca.crt', 'CN=kubernetes'),
    one('/var/lib/kubelet/pki/kubelet-client-current.pem', `O=system:nodes, CN=system:node:${node}`),
  ]
  const ofPlane = [
    one('/etc/kubernetes/pki/apiserver.crt', 'CN=kube-apiserver'),
    one('/etc/kubernetes/admin.conf', 'O=kubeadm:cluster-admins, CN=kubernetes-admin'),
  ]
  return {
    ...moment(when),
    machines: ['control-plane', 'worker', 'worker2'].map((node) => ({
      node,
      certificates: [...ofNode(node), ...(node === 'control-plane' ? ofPlane : [])],
    })),
  }
}
