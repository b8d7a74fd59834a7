/** An evaluation cost more than it may. No operator absorbs this. */
export class BudgetExceeded extends Error {
  constructor() {
    super('operation cancelled: actual cost limit exceeded')
  }
}

/** How much work that Kubernetes does not count one evaluation may do, for each unit of cost that it may have. */
const workPerCost = 5

/**
 * What one evaluation may cost, and has. `spend` counts as cel-go does; `toil` counts what that leaves out and what still takes
 * time, such as comparing lists of lists, so that the time of an evaluation is bounded whatever the expression.
 */
export class Budget {
  spent = 0
  private left: number
  readonly limit: number
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
}
