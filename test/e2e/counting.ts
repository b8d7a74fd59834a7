/**
 * What a container runs that counts, a thousand lines of about a hundred bytes at a time with `pause` seconds between them, until
 * /marks/enough is there; its last number is its last word.
 */
export const countingUntilEnough = (pause: number): string => `awk 'BEGIN {
  while (system("test -e /marks/enough")) {
    for (j = 0; j < 1000; j++) print ++i, "${'x'.repeat(92)}"
    fflush()
    system("sleep ${pause}")
  }
  printf "%d", i > "/dev/termination-log"
}'`

/** A pod whose container runs `script` in a shell, and shares a volume /marks with the lives before it. */
export const podWithMarks = (name: string, script: string, more: object = {}) => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name } },
  spec: {
    terminationGracePeriodSeconds: 0,
    volumes: [{ name: 'marks', emptyDir: {} }],
    containers: [
      {
        ...{ name: 'main', image: 'busybox:1.36', command: ['sh', '-c', script] },
        volumeMounts: [{ name: 'marks', mountPath: '/marks' }],
      },
    ],
    ...more,
  },
})
