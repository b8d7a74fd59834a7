/** An evaluation cost more than it may. No operator absorbs this. */
export class BudgetExceeded extends Error {
  constructor() {
    super('operation cancelled: actual cost limit exceeded')
  }
}

/** How much work that Kubernetes does not count one evaluation may do, for each unit of cost that it may have. */
const workPerCost = 5

/** Steps that a unit of cost stands for. */
const stepsPerCost = 10
/** Steps, of some ten nanoseconds each. */
const workBetweenRests = 50_000

/**
 * What one evaluation may cost, and has. `spend` counts as cel-go does; `toil` counts what that leaves out and what still takes
 * time, such as comparing lists of lists, so that the time of an evaluation is bounded whatever the expression.
 */
export class Budget {
  spent = 0
  private left: number
  readonly limit: number
  private restAt = workBetweenRests
  constructor(limit: number) {
    this.limit = limit
    this.left = limit * workPerCost
  }
  spend(cost: number): void {
    this.spent += cost
    if (this.spent > this.limit) throw new BudgetExceeded()
  }
  /** Steps of some ten nanoseconds each. */
  toil(steps: number): void {
    this.left -= steps
    if (this.left < 0) throw new BudgetExceeded()
  }
  /** Whether so much was done since the last time that others may have their turn. */
  isRestDue(): boolean {
    const done = this.limit * workPerCost - this.left + this.spent * stepsPerCost
    if (done < this.restAt) return false
    this.restAt = done + workBetweenRests
    return true
  }
}
