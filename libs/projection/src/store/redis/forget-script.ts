/**
 * Tombstones that nobody needs any more, in one step of Redis: each is forgotten where it is still the object's newest event.
 *
 * ARGV: key prefix, the sequence up to which tombstones are being forgotten, resource, then field and sequence of each.
 * Gives how many were forgotten. Who reads everything meanwhile sees by `totals` that something was.
 */
export const forgetScript = `
local prefix, resource = ARGV[1], ARGV[3]
local forgotten = 0
for i = 4, #ARGV, 2 do
  local field, sequence = ARGV[i], ARGV[i + 1]
  local newest = redis.call('HGET', prefix .. 'sequences:' .. resource, field)
  if newest == sequence and redis.call('HDEL', prefix .. 'gone:' .. resource, field) == 1 then
    redis.call('HDEL', prefix .. 'sequences:' .. resource, field)
    redis.call('HINCRBY', prefix .. 'totals', 'sequences', -tonumber(sequence))
    redis.call('HINCRBY', prefix .. 'totals', 'objects', -1)
    forgotten = forgotten + 1
  end
end
redis.call('HSET', prefix .. 'totals', 'forgotten', ARGV[2])
return forgotten
`
