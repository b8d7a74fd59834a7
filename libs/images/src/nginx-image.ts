import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { busyboxApplets } from './busybox-links.ts'
import { unpackPackages } from './debian-packages.ts'
import { debianRoot, searchPath } from './debian-root.ts'
import { directory, file, symlink } from './file-tree.ts'
import { ociImage } from './oci-image.ts'
import type { StandIn } from './stand-in.ts'

/**
 * Behaves as the official image: in the foreground on port 80, logs on standard output and error, pages in
 * `/usr/share/nginx/html`, sites in `/etc/nginx/conf.d`, SIGQUIT to stop. BusyBox and bash stand in for its shell tools.
 */
export const nginxImage = async (): Promise<Either<string, StandIn>> => {
  const unpacked = await unpackPackages({
    packages: ['nginx', 'busybox-static', 'bash'],
    leaveOut: ['iproute2', 'debconf', 'base-files', 'debianutils'],
  })
  if (E.isLeft(unpacked)) return E.left(`nginx: ${unpacked.left}`)
  const { tree, versions } = unpacked.right
  const root = debianRoot(
    tree,
    ['nobody:x:65534:65534:nobody:/nonexistent:/bin/false', 'nginx:x:101:101:nginx:/nonexistent:/bin/false'],
    ['nogroup:x:65534:', 'nginx:x:101:'],
  )
  const busybox = root.get('usr/bin/busybox')
  if (busybox?.type !== 'file' || !root.has('usr/sbin/nginx')) return E.left('nginx: the packages lack their programs')
  for (const applet of await busyboxApplets(busybox.content))
    if (!root.has(`usr/bin/${applet}`) && !root.has(`usr/sbin/${applet}`))
      root.set(`usr/bin/${applet}`, symlink('busybox'))

  for (const path of [...root.keys()]) if (/^etc\/nginx\/(sites|modules|snippets)-?/.test(path)) root.delete(path)
  root.set('etc/nginx/nginx.conf', file(nginxConf))
  root.set('etc/nginx/conf.d/default.conf', file(defaultConf))
  root.set('usr/share/nginx/html/index.html', file(page('Welcome to nginx!', welcome)))
  root.set('usr/share/nginx/html/50x.html', file(page('Error', 'The page you are looking for is unavailable.')))
  root.set('var/log/nginx', directory())
  root.set('var/log/nginx/access.log', symlink('/dev/stdout'))
  root.set('var/log/nginx/error.log', symlink('/dev/stderr'))
  root.set('var/cache/nginx', directory(0o755, 101, 101))
  for (const name of ['body', 'fastcgi', 'proxy', 'scgi', 'uwsgi'])
    root.set(`var/lib/nginx/${name}`, directory(0o700, 101, 101))
  root.set('var/lib/nginx', directory(0o755, 101, 101))

  const version = versions['nginx'] ?? ''
  const image = ociImage(root, {
    Cmd: ['nginx', '-g', 'daemon off;'],
    Env: [searchPath, `NGINX_VERSION=${version.replace(/-.*/, '')}`],
    ExposedPorts: { '80/tcp': {} },
    StopSignal: 'SIGQUIT',
  })
  return E.right({ repository: 'nginx', what: `nginx ${version} of Debian`, image })
}

const nginxConf = `user nginx;
worker_processes auto;
error_log /var/log/nginx/error.log notice;
pid /run/nginx.pid;

events {
    worker_connections 1024;
}

http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    log_format main '$remote_addr - $remote_user [$time_local] "$request" '
                    '$status $body_bytes_sent "$http_referer" '
                    '"$http_user_agent" "$http_x_forwarded_for"';
    access_log /var/log/nginx/access.log main;
    sendfile on;
    keepalive_timeout 65;
    include /etc/nginx/conf.d/*.conf;
}
`

const defaultConf = `server {
    listen 80;
    server_name localhost;

    location / {
        root /usr/share/nginx/html;
        index index.html index.htm;
    }

    error_page 500 502 503 504 /50x.html;
    location = /50x.html {
        root /usr/share/nginx/html;
    }
}
`

const welcome = "This is a stand-in that Periplus built from Debian's nginx, because no registry was to be reached."

const page = (title: string, text: string): string => `<!DOCTYPE html>
<html>
<head><title>${title}</title></head>
<body>
<h1>${title}</h1>
<p>${text}</p>
</body>
</html>
`
