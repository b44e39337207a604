-- Which agents have a case of their own due.
--
-- KEYS  7 agents        as in claim.lua
-- ARGV  1 now_ms  2 prefix of the agents' zsets
-- Answer: their ids, in order. An agent without any case is forgotten.

local due = {}
for _, agent in ipairs(redis.call('SMEMBERS', KEYS[7])) do
  if redis.call('EXISTS', ARGV[2] .. agent) == 0 then
    redis.call('SREM', KEYS[7], agent)
  elseif #redis.call('ZRANGEBYSCORE', ARGV[2] .. agent, '-inf', ARGV[1], 'LIMIT', 0, 1) > 0 then
    due[#due + 1] = agent
  end
end
table.sort(due)
return due
