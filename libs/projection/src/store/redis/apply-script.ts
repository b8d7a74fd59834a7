/**
 * One batch, in one step of Redis: applied where the projection is at the expected sequence, else nothing.
 *
 * ARGV: key prefix, sequence that the projection must be at, sequence after the batch, the tip after it (empty: as before), then
 * for each event: resource, field, sequence, '1' where the object is gone, value.
 * Gives the sequence that the projection is at afterwards.
 */
export const applyScript = `
local prefix = ARGV[1]
local applied = redis.call('GET', prefix .. 'applied') or '0'
if applied ~= ARGV[2] then return applied end
local known = {}
for i = 5, #ARGV, 5 do
  local resource, field, sequence, value = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 4]
  local before = redis.call('HGET', prefix .. 'sequences:' .. resource, field)
  local here, there = 'objects:', 'gone:'
  if ARGV[i + 3] == '1' then here, there = there, here end
  redis.call('HSET', prefix .. here .. resource, field, value)
  if before then redis.call('HDEL', prefix .. there .. resource, field) end
  redis.call('HSET', prefix .. 'sequences:' .. resource, field, sequence)
  redis.call('HINCRBY', prefix .. 'totals', 'sequences', tonumber(sequence) - tonumber(before or '0'))
  if not before then redis.call('HINCRBY', prefix .. 'totals', 'objects', 1) end
  if not known[resource] then
    known[resource] = true
    redis.call('SADD', prefix .. 'resources', resource)
  end
end
redis.call('SET', prefix .. 'applied', ARGV[3])
if ARGV[4] ~= '' then redis.call('SET', prefix .. 'tip', ARGV[4]) end
return ARGV[3]
`
