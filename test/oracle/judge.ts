import { execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Cause {
  readonly reason: string
  readonly field: string
  readonly message: string
}

/** What is asked of both sides; `resource` is `group/resource` with `/subresource` where there is one. */
export interface Question {
  readonly op: 'create' | 'update' | 'table' | 'patch' | 'quantity' | 'steps'
  readonly resource?: string
  readonly object?: unknown
  readonly previous?: unknown
  readonly type?: 'merge' | 'json' | 'strategic'
  readonly patch?: unknown
  readonly texts?: readonly string[]
  readonly steps?: readonly Step[]
}

/** One write of an object by a manager; the first `update` makes it. */
export interface Step {
  readonly verb: 'update' | 'apply'
  readonly manager: string
  readonly object: unknown
  readonly force: boolean
}

/** What came of a step: the object, or why it was refused. */
export interface Stepped {
  readonly object?: unknown
  readonly refused?: string
}

export interface Answer {
  readonly object?: unknown
  readonly causes?: readonly Cause[]
  readonly warnings?: readonly string[]
  readonly columns?: readonly Readonly<Record<string, unknown>>[]
  readonly cells?: readonly unknown[]
  readonly facts?: Readonly<Record<string, unknown>>
  readonly steps?: readonly Stepped[]
  /** Why there is no answer. */
  readonly failure?: string
}

const sources = fileURLToPath(new URL('judge', import.meta.url))
const program = fileURLToPath(new URL('../../dist/oracle/judge', import.meta.url))

/** Compiles Kubernetes' own code; `undefined` and one line on standard error where Go is missing or fails. */
export const buildJudge = (): string | undefined => {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' })
  } catch {
    console.error('oracle: go 1.25 or newer is needed, and there is none on the PATH')
    return undefined
  }
  try {
    execFileSync('go', ['build', '-mod=readonly', '-buildvcs=false', '-o', program, '.'], {
      cwd: sources,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    return program
  } catch {
    console.error('oracle: the judge did not compile; see above')
    return undefined
  }
}

export interface Judge {
  /** All answers, in the order of the questions. */
  ask(questions: readonly Question[]): Promise<readonly Answer[]>
  stop(): void
}

export const startJudge = (path: string): Judge => {
  const child = spawn(path, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    ask: async questions => {
      for (const question of questions) child.stdin.write(`${JSON.stringify(question)}\n`)
      const answers: Answer[] = []
      while (answers.length < questions.length) {
        const line = await lines.next()
        if (line.done) throw new Error('the judge has ended')
        answers.push(JSON.parse(line.value) as Answer)
      }
      return answers
    },
    stop: () => child.stdin.end(),
  }
}
