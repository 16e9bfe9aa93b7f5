/** Of the workload that every drill runs, `web`. */
export const workloadNamespace = 'drill-workload'
