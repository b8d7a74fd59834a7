export { replicaSetController } from './replicaset/controller.ts'
export { replicationControllerController } from './replicationcontroller/controller.ts'
