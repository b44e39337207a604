-- Where one case is, for whoever asks why it is not being called.
--
-- KEYS  as in claim.lua
-- ARGV  1 case  2 person  3 prefix of the agents' zsets
-- Answer: {built or "", "person score agent release" or "", rank in ready or "", size of ready, due_ms in later or "",
--          due_ms among the agent's own or "", lease expiry or "", the person's lock or ""}.

local case = ARGV[1]
local entry = redis.call('HGET', KEYS[4], case) or ''
local agent = string.match(entry, '^%S+ %S+ (%S*) %S+$')
local own = agent and agent ~= '' and redis.call('ZSCORE', ARGV[3] .. agent, case)
return {
  redis.call('HGET', KEYS[4], 'built') or '',
  entry,
  redis.call('ZREVRANK', KEYS[1], case) or '',
  redis.call('ZCARD', KEYS[1]),
  redis.call('ZSCORE', KEYS[2], case) or '',
  own or '',
  redis.call('ZSCORE', KEYS[3], case) or '',
  redis.call('HGET', KEYS[5], ARGV[2]) or '',
}
