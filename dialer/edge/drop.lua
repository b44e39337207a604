-- Take cases of one cartera off the queue, wherever they are.
--
-- KEYS  1 ready  2 later  3 leases  4 cases  5 locks  6 grace        as in claim.lua
-- ARGV  1 cartera  2 prefix of the agents' zsets, then the cases
-- Answer: how many there were.

local dropped = 0
for at = 3, #ARGV do
  local case = ARGV[at]
  local person, agent = string.match(redis.call('HGET', KEYS[4], case) or '', '^(%S+) %S+ (%S*) %S+$')
  if person then
    local held = redis.call('HGET', KEYS[5], person)
    local of_cartera, held_case = string.match(held or '', '^%S+ (%S+) (%S+) %S+$')
    if of_cartera == ARGV[1] and held_case == case then
      redis.call('HDEL', KEYS[5], person)
    end
    redis.call('ZREM', KEYS[1], case)
    redis.call('ZREM', KEYS[2], case)
    redis.call('ZREM', KEYS[3], case)
    redis.call('HDEL', KEYS[4], case)
    if agent ~= '' then
      redis.call('ZREM', ARGV[2] .. agent, case)
      redis.call('ZREM', KEYS[6], case)
    end
    dropped = dropped + 1
  end
end
return dropped
