import type { Pulse } from '../../../harness/model/calibration.ts'
import type { Calibration } from '../../../harness/model/run-record.ts'
import { formatCount, formatCounted, formatDuration } from '../../model/figures.ts'
import { calibrationText, faultRows, measuredTexts, pulseTitle } from '../../model/pulse-rows.ts'
import { TableRegion } from './layout/table-region.tsx'

/** Word and shape of each verdict. */
const looks: Readonly<Record<Pulse['verdict'], string>> = {
  seen: '✓ seen',
  between: '– between two samples',
  unmeasured: '? unmeasured',
  wrong: '✗ wrong',
}

const columns = ['Begun', 'Truth', 'Lower', 'Point', 'Upper', 'Longest gap', 'Slack'] as const

/** What the prober measured of faults of known lengths, and every pulse of them. */
export function CalibrationTables({ calibration }: { readonly calibration: Calibration }) {
  const { pulses } = calibration
  return (
    <>
      <h3>Calibration</h3>
      <p>
        {calibrationText(calibration)} A process beside the prober put faults on a server of its own, at lengths that it
        noted by the same clock.
      </p>
      {pulses.length > 0 && (
        <>
          <TableRegion label="Calibration, by fault">
            <FaultTable calibration={calibration} />
          </TableRegion>
          <details class="pulses" open={pulses.some(({ verdict }) => verdict === 'wrong')}>
            <summary>All {formatCounted(pulses.length, 'pulse')}</summary>
            <TableRegion label="Calibration, all pulses">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Pulse</th>
                    {columns.map((column) => (
                      <th key={column} scope="col" class="number">
                        {column}
                      </th>
                    ))}
                    <th scope="col">Verdict</th>
                  </tr>
                </thead>
                <tbody>
                  {pulses.map((pulse, at) => (
                    <PulseRow key={at} pulse={pulse} />
                  ))}
                </tbody>
              </table>
            </TableRegion>
          </details>
        </>
      )}
    </>
  )
}

function FaultTable({ calibration }: { readonly calibration: Calibration }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Fault</th>
          {['Seen', 'Between samples', 'Unmeasured', 'Wrong', 'Lengths seen'].map((column) => (
            <th key={column} scope="col" class="number">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {faultRows(calibration).map(({ fault, title, seen, between, unmeasured, wrong, lengths }) => (
          <tr key={fault} data-fault={fault}>
            <th scope="row">
              {fault}
              <small>{title}</small>
            </th>
            {[seen, between, unmeasured, wrong].map((count, at) => (
              <td key={at} class="number">
                {formatCount(count)}
              </td>
            ))}
            <td class="number">{lengths}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function PulseRow({ pulse }: { readonly pulse: Pulse }) {
  const { atMs, truth, measured, slackMs, verdict, reason } = pulse
  const gap = measured.longestGapMs === null ? 'unknown' : formatDuration(measured.longestGapMs)
  return (
    <tr data-pulse={verdict}>
      <th scope="row">{pulseTitle(pulse)}</th>
      {[formatDuration(atMs), formatDuration(truth.upperMs), ...measuredTexts(pulse), gap, formatDuration(slackMs)].map(
        (text, at) => (
          <td key={at} class="number">
            {text}
          </td>
        ),
      )}
      <td>
        {looks[verdict]}
        {reason !== '' && <small>: {reason}</small>}
      </td>
    </tr>
  )
}
