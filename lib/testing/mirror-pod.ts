/**
 * A mirror pod as the API server stores it in protobuf, and its metadata and spec in JSON, made with Go from k8s.io/api v0.36.4
 * (Pod.Marshal and json.Marshal).
 */
export const mirrorPodBytes = Buffer.from(
  `azhzABK0Cgq9AgoRa3ViZS1hcGlzZXJ2ZXItbTESABoLa3ViZS1zeXN0ZW0iACoDYWJjMgE3OABCAFobCgljb21wb25lbnQSDmt1
YmUtYXBpc2VydmVyWgsKBHRlYW0SA29wc1oVCgR0aWVyEg1jb250cm9sLXBsYW5lYlAKP2t1YmVhZG0ua3ViZXJuZXRlcy5pby9r
dWJlLWFwaXNlcnZlci5hZHZlcnRpc2UtYWRkcmVzcy5lbmRwb2ludBINMTAuMC4wLjE6NjQ0M2IeChlrdWJlcm5ldGVzLmlvL2Nv
bmZpZy5oYXNoEgFoYiAKG2t1YmVybmV0ZXMuaW8vY29uZmlnLm1pcnJvchIBaGIjChtrdWJlcm5ldGVzLmlvL2NvbmZpZy5zb3Vy
Y2USBGZpbGVqEQoETm9kZRoCbTEiAXUqAnYxEs0HCjMKBWNlcnRzEioKKAoTL2V0Yy9rdWJlcm5ldGVzL3BraRIRRGlyZWN0b3J5
T3JDcmVhdGUKHQoHc2NyYXRjaBISEhAKBk1lbW9yeRIGCgQxNk1pCg0KBXBsYWluEgQSAgoACjIKB3BvZGluZm8SJ4IBJAofCgZs
YWJlbHMSFQoCdjESD21ldGFkYXRhLmxhYmVscxCkAxJpCgxrb25uZWN0aXZpdHkSDmtvbm5lY3Rpdml0eToyGg0vcHJveHktc2Vy
dmVyKgBCAGIOEgwKCgoFc2xlZXAKATVqFC9kZXYvdGVybWluYXRpb24tbG9ncgCAAQCIAQCQAQCiAQRGaWxlEsMDCg5rdWJlLWFw
aXNlcnZlchImcmVnaXN0cnkuazhzLmlvL2t1YmUtYXBpc2VydmVyOnYxLjM2LjQaDmt1YmUtYXBpc2VydmVyGhItLXNlY3VyZS1w
b3J0PTc0NDMqADIZCgpwcm9iZS1wb3J0EJM6GJM6IgNUQ1AqADocCgJJUBIAGhQKEgoCdjESDHN0YXR1cy5wb2RJUDoKCgRHT0dD
EgI1MEIPEg0KA2NwdRIGCgQyNTBtSiIKBWNlcnRzEAEaEy9ldGMva3ViZXJuZXRlcy9wa2kiADIASikKB3NjcmF0Y2gQABoEL3Rt
cCIDYXBpKg9Ib3N0VG9Db250YWluZXIyAFJCCjYSNAoGL2xpdmV6EhAIARAAGgpwcm9iZS1wb3J0GgkxMjcuMC4wLjEiBUhUVFBT
KgYKAUESAWIQChgPIAooATAIWjkKLRIrCgYvbGl2ZXoSBwgAEJM6GgAaCTEyNy4wLjAuMSIFSFRUUFMqBgoBQRIBYhAKGA8gCigB
MAhqFC9kZXYvdGVybWluYXRpb24tbG9ncgxJZk5vdFByZXNlbnR6CwoFEgNBTEwgADgAgAEAiAEAkAEAogEERmlsZRoGQWx3YXlz
IB4yDENsdXN0ZXJGaXJzdEIASgBSAm0xWAFgAGgAchJSEAoOUnVudGltZURlZmF1bHSCAQCKAQCaARFkZWZhdWx0LXNjaGVkdWxl
cqIBQQoDa21zEgVrbXM6MSIWLS1zb2NrZXQ9L3J1bi9rbXMuc29jayoAQgBqAHIAgAEAiAEAkAEAogEAwgEGQWx3YXlzsgEXCgAS
BkV4aXN0cxoAIglOb0V4ZWN1dGW6ARgKCDEwLjAuMC45EgxvaWRjLmV4YW1wbGXCARRzeXN0ZW0tbm9kZS1jcml0aWNhbMgB6K/W
uQfwAQH6ARRQcmVlbXB0TG93ZXJQcmlvcml0eRoiCgdSdW5uaW5nGgAiACoAMggxMC4wLjAuMUoAWgByAIgBAA==`,
  'base64',
)

export const mirrorPod = {
  metadata: {
    name: 'kube-apiserver-m1',
    namespace: 'kube-system',
    labels: {
      component: 'kube-apiserver',
      team: 'ops',
      tier: 'control-plane',
    },
    annotations: {
      'kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint': '10.0.0.1:6443',
      'kubernetes.io/config.hash': 'h',
      'kubernetes.io/config.mirror': 'h',
      'kubernetes.io/config.source': 'file',
    },
  },
  spec: {
    volumes: [
      {
        name: 'certs',
        hostPath: {
          path: '/etc/kubernetes/pki',
          type: 'DirectoryOrCreate',
        },
      },
      {
        name: 'scratch',
        emptyDir: {
          medium: 'Memory',
          sizeLimit: '16Mi',
        },
      },
      {
        name: 'plain',
        emptyDir: {},
      },
      {
        name: 'podinfo',
        downwardAPI: {
          items: [
            {
              path: 'labels',
              fieldRef: {
                apiVersion: 'v1',
                fieldPath: 'metadata.labels',
              },
            },
          ],
          defaultMode: 420,
        },
      },
    ],
    initContainers: [
      {
        name: 'kms',
        image: 'kms:1',
        args: ['--socket=/run/kms.sock'],
        restartPolicy: 'Always',
      },
    ],
    containers: [
      {
        name: 'konnectivity',
        image: 'konnectivity:2',
        command: ['/proxy-server'],
        lifecycle: {
          preStop: {
            exec: {
              command: ['sleep', '5'],
            },
          },
        },
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      },
      {
        name: 'kube-apiserver',
        image: 'registry.k8s.io/kube-apiserver:v1.36.4',
        command: ['kube-apiserver', '--secure-port=7443'],
        ports: [
          {
            name: 'probe-port',
            hostPort: 7443,
            containerPort: 7443,
            protocol: 'TCP',
          },
        ],
        env: [
          {
            name: 'IP',
            valueFrom: {
              fieldRef: {
                apiVersion: 'v1',
                fieldPath: 'status.podIP',
              },
            },
          },
          {
            name: 'GOGC',
            value: '50',
          },
        ],
        resources: {
          requests: {
            cpu: '250m',
          },
        },
        volumeMounts: [
          {
            name: 'certs',
            readOnly: true,
            mountPath: '/etc/kubernetes/pki',
          },
          {
            name: 'scratch',
            mountPath: '/tmp',
            subPath: 'api',
            mountPropagation: 'HostToContainer',
          },
        ],
        livenessProbe: {
          httpGet: {
            path: '/livez',
            port: 'probe-port',
            host: '127.0.0.1',
            scheme: 'HTTPS',
            httpHeaders: [
              {
                name: 'A',
                value: 'b',
              },
            ],
          },
          initialDelaySeconds: 10,
          timeoutSeconds: 15,
          periodSeconds: 10,
          successThreshold: 1,
          failureThreshold: 8,
        },
        readinessProbe: {
          httpGet: {
            path: '/livez',
            port: 7443,
            host: '127.0.0.1',
            scheme: 'HTTPS',
            httpHeaders: [
              {
                name: 'A',
                value: 'b',
              },
            ],
          },
          initialDelaySeconds: 10,
          timeoutSeconds: 15,
          periodSeconds: 10,
          successThreshold: 1,
          failureThreshold: 8,
        },
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        imagePullPolicy: 'IfNotPresent',
        securityContext: {
          capabilities: {
            drop: ['ALL'],
          },
          runAsUser: 0,
          allowPrivilegeEscalation: false,
        },
      },
    ],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    nodeName: 'm1',
    hostNetwork: true,
    securityContext: {
      seccompProfile: {
        type: 'RuntimeDefault',
      },
    },
    schedulerName: 'default-scheduler',
    tolerations: [
      {
        operator: 'Exists',
        effect: 'NoExecute',
      },
    ],
    hostAliases: [
      {
        ip: '10.0.0.9',
        hostnames: ['oidc.example'],
      },
    ],
    priorityClassName: 'system-node-critical',
    priority: 2000001000,
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
  },
} as const
