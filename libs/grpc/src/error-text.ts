import { status } from '@grpc/grpc-js'
import type { ServiceError } from '@grpc/grpc-js'

/** The codes of gRPC, by name. */
export const grpcStatus: Readonly<typeof status> = status

/** What is at the other end chooses the text: more of it than this helps nobody. */
const longestDetails = 2048

/** A failed call in the words of Go's library, which are the ones that people search for. */
export const errorText = ({ code, details }: Pick<ServiceError, 'code' | 'details'>): string =>
  `rpc error: code = ${codeNames[code] ?? 'Unknown'} desc = ${details.slice(0, longestDetails)}`

const codeNames: Readonly<Record<number, string>> = {
  [status.CANCELLED]: 'Canceled',
  [status.UNKNOWN]: 'Unknown',
  [status.INVALID_ARGUMENT]: 'InvalidArgument',
  [status.DEADLINE_EXCEEDED]: 'DeadlineExceeded',
  [status.NOT_FOUND]: 'NotFound',
  [status.ALREADY_EXISTS]: 'AlreadyExists',
  [status.PERMISSION_DENIED]: 'PermissionDenied',
  [status.RESOURCE_EXHAUSTED]: 'ResourceExhausted',
  [status.FAILED_PRECONDITION]: 'FailedPrecondition',
  [status.ABORTED]: 'Aborted',
  [status.OUT_OF_RANGE]: 'OutOfRange',
  [status.UNIMPLEMENTED]: 'Unimplemented',
  [status.INTERNAL]: 'Internal',
  [status.UNAVAILABLE]: 'Unavailable',
  [status.DATA_LOSS]: 'DataLoss',
  [status.UNAUTHENTICATED]: 'Unauthenticated',
}
