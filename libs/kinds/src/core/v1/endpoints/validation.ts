import { fieldError, isDns1123Label, isDns1123Subdomain, isPortNumber, isQualifiedName } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { ipWarnings } from '../../../validation/ip-canonical.ts'
import { endpointIpErrors, ipErrors } from '../../../validation/ip-address.ts'
import { each, obeys, requiredOneOf } from '../../../validation/values.ts'
import type { EndpointAddress, EndpointPort, Endpoints } from './schema.ts'

const { invalid, required } = fieldError

const addressErrors = (path: FieldPath, { ip, hostname, nodeName }: EndpointAddress): readonly FieldError[] => [
  ...ipErrors(`${path}.ip`, ip),
  ...obeys(`${path}.hostname`, hostname, isDns1123Label),
  ...(nodeName === undefined
    ? []
    : isDns1123Subdomain(nodeName).map(complaint => invalid(`${path}.nodeName`, nodeName, complaint))),
  ...endpointIpErrors(`${path}.ip`, ip),
]

const portErrors = (path: FieldPath, port: EndpointPort, named: boolean): readonly FieldError[] => [
  ...(named && !port.name ? [required(`${path}.name`)] : obeys(`${path}.name`, port.name, isDns1123Label)),
  ...isPortNumber(port.port).map(complaint => invalid(`${path}.port`, port.port, complaint)),
  ...requiredOneOf(`${path}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']),
  ...(port.appProtocol === undefined
    ? []
    : isQualifiedName(port.appProtocol).map(complaint => invalid(`${path}.appProtocol`, port.appProtocol, complaint))),
]

/** What is wrong with the endpoints of a service. */
export const endpointsErrors = ({ subsets }: Endpoints): readonly FieldError[] =>
  each('subsets', subsets, ({ addresses = [], notReadyAddresses = [], ports = [] }, at) => [
    ...(addresses.length === 0 && notReadyAddresses.length === 0
      ? [required(at, 'must specify `addresses` or `notReadyAddresses`')]
      : []),
    ...each(`${at}.addresses`, addresses, (address, one) => addressErrors(one, address)),
    ...each(`${at}.notReadyAddresses`, notReadyAddresses, (address, one) => addressErrors(one, address)),
    ...each(`${at}.ports`, ports, (port, one) => portErrors(one, port, ports.length > 1)),
  ])

/** Of addresses that are not written as everybody writes them. */
export const endpointsWarnings = ({ subsets = [] }: Endpoints): readonly string[] =>
  subsets.flatMap(({ addresses = [], notReadyAddresses = [] }, i) => [
    ...addresses.flatMap(({ ip }, j) => ipWarnings(`subsets[${i}].addresses[${j}].ip`, ip)),
    ...notReadyAddresses.flatMap(({ ip }, j) => ipWarnings(`subsets[${i}].notReadyAddresses[${j}].ip`, ip)),
  ])
