import { runRepairProgram } from './repair-program.ts'

runRepairProgram()
