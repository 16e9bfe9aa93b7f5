/** The workload: `node server.ts`, in a pod. Says who it is to everybody who asks. */
import { hostname } from 'node:os'
import { answerServer } from './answer-server.ts'
import { serve } from './serve.ts'

serve(answerServer({ pod: process.env['POD_NAME'] ?? hostname() }), Number(process.env['PORT'] ?? 8080))
