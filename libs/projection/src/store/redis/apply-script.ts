/**
 * One batch, in one step of Redis: applied where the projection is at the expected sequence, else nothing.
 *
 * ARGV: key prefix, sequence that the projection must be at, sequence after the batch, the tip after it (empty: as before), then
 * for each event: resource, field, sequence, mark, '1' for a rollup, value, pointers (joined by newlines).
 * Gives the sequence that the projection is at afterwards.
 */
export const applyScript = `
local prefix = ARGV[1]
local applied = redis.call('GET', prefix .. 'applied') or '0'
if applied ~= ARGV[2] then return applied end
local known = {}
for i = 5, #ARGV, 7 do
  local resource, field, sequence, mark = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local value, pointers = ARGV[i + 5], ARGV[i + 6]
  local path = resource .. '/' .. field
  local held = redis.call('HGET', prefix .. 'pointers:' .. resource, field)
  if held and held ~= '' and held ~= pointers then
    for name in string.gmatch(held, '[^\\n]+') do redis.call('SREM', prefix .. 'index:' .. name, path) end
  end
  if pointers ~= '' and held ~= pointers then
    for name in string.gmatch(pointers, '[^\\n]+') do redis.call('SADD', prefix .. 'index:' .. name, path) end
  end
  if mark == 'd' then
    redis.call('HDEL', prefix .. 'objects:' .. resource, field)
    redis.call('HDEL', prefix .. 'pointers:' .. resource, field)
    redis.call('HSET', prefix .. 'gone:' .. resource, field, value)
  else
    redis.call('HSET', prefix .. 'objects:' .. resource, field, value)
    if held ~= pointers then redis.call('HSET', prefix .. 'pointers:' .. resource, field, pointers) end
    if not held then redis.call('HDEL', prefix .. 'gone:' .. resource, field) end
  end
  if not held then redis.call('SADD', prefix .. 'names:' .. resource, field) end
  local history = prefix .. 'history:' .. path
  local newest = redis.call('ZRANGE', history, -1, -1)[1]
  local before = newest and tonumber(string.sub(newest, 1, -2)) or 0
  redis.call('HINCRBY', prefix .. 'totals', 'sequences', tonumber(sequence) - before)
  if not newest then redis.call('HINCRBY', prefix .. 'totals', 'objects', 1) end
  if ARGV[i + 4] == '1' then redis.call('DEL', history) end
  redis.call('ZADD', history, sequence, sequence .. mark)
  if not known[resource] then
    known[resource] = true
    redis.call('SADD', prefix .. 'resources', resource)
  end
end
redis.call('SET', prefix .. 'applied', ARGV[3])
if ARGV[4] ~= '' then redis.call('SET', prefix .. 'tip', ARGV[4]) end
return ARGV[3]
`
