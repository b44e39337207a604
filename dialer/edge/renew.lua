-- Keep what a node has claimed: its leases and their persons' locks last until now + lease.
--
-- KEYS  1 leases  2 cases  3 locks        as in claim.lua
-- ARGV  1 cartera  2 node  3 until_ms, then the cases
-- Answer: the cases that are no longer the node's (the lease ended and somebody else may have them).

local lost = {}
for at = 4, #ARGV do
  local case = ARGV[at]
  local person = string.match(redis.call('HGET', KEYS[2], case) or '', '^(%S+)')
  local held = person and redis.call('HGET', KEYS[3], person)
  local of_cartera, held_case, held_by = string.match(held or '', '^%S+ (%S+) (%S+) (%S+)$')
  local is_ours = of_cartera == ARGV[1] and held_case == case and held_by == ARGV[2]
  if is_ours and redis.call('ZSCORE', KEYS[1], case) then
    redis.call('ZADD', KEYS[1], ARGV[3], case)
    redis.call('HSET', KEYS[3], person, ARGV[3] .. ' ' .. ARGV[1] .. ' ' .. case .. ' ' .. ARGV[2])
  else
    lost[#lost + 1] = case
  end
end
return lost
