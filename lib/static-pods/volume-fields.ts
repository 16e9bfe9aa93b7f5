/** The fields of volumes; see podFields. */
export const volumeFields = {
  Volume: {
    1: ['name', 'string'],
    2: ['', 'VolumeSource'],
  },
  VolumeSource: {
    1: ['hostPath', 'HostPathVolumeSource'],
    2: ['emptyDir', 'EmptyDirVolumeSource'],
    16: ['downwardAPI', 'DownwardAPIVolumeSource'],
    26: ['projected', 'ProjectedVolumeSource'],
    30: ['image', 'ImageVolumeSource'],
  },
  HostPathVolumeSource: {
    1: ['path', 'string'],
    2: ['type', 'string'],
  },
  EmptyDirVolumeSource: {
    1: ['medium', 'string'],
    2: ['sizeLimit', 'quantity'],
  },
  DownwardAPIVolumeSource: {
    1: ['items', '[]DownwardAPIVolumeFile'],
    2: ['defaultMode', 'int?'],
  },
  DownwardAPIVolumeFile: {
    1: ['path', 'string'],
    2: ['fieldRef', 'ObjectFieldSelector'],
    3: ['resourceFieldRef', 'ResourceFieldSelector'],
    4: ['mode', 'int?'],
  },
  ProjectedVolumeSource: {
    1: ['sources', '[]VolumeProjection'],
    2: ['defaultMode', 'int?'],
  },
  VolumeProjection: {
    2: ['downwardAPI', 'DownwardAPIProjection'],
  },
  DownwardAPIProjection: {
    1: ['items', '[]DownwardAPIVolumeFile'],
  },
  ImageVolumeSource: {
    1: ['reference', 'string'],
    2: ['pullPolicy', 'string'],
  },
} as const
