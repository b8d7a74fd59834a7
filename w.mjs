import { Worker } from 'node:worker_threads'
import { createRequire } from 'node:module'
const r=createRequire('/work/h/api2/package.json')
const l=r.resolve('tsx/esm/api'); console.log(l)
const w=new Worker(`const {register}=require(${JSON.stringify(l)}); register(); void import("file:///work/h/api2/libs/service/test/workers/odd-thread.ts")`,{eval:true})
w.on('error',e=>console.log('ERR',e.message)); w.on('message',m=>{console.log(m);process.exit()}); w.postMessage('x')
const w2=new Worker(`import('tsx/esm/api').then(({ register }) => { register(); return import("file:///work/h/api2/libs/service/test/workers/odd-thread.ts")})`,{eval:true})
w2.on('error',e=>console.log('ERR2',e.message)); w2.on('message',m=>{console.log('2',m)}); w2.postMessage('x')
