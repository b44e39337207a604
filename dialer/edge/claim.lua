-- Claim due cases of one cartera for a node: all of it happens at once, so no other node sees anything half done.
--
-- KEYS  1 ready   zset  case -> score (higher first)       the person may be called now
--       2 later   zset  case -> due_ms                     not yet
--       3 leases  zset  case -> expiry_ms                  some node has it
--       4 cases   hash  case -> "person score agent"       every case of the cartera, wherever it is;
--                       "built" -> when it was last filled from the database
--       5 locks   hash  person -> "expiry_ms cartera case node"   over all carteras: one call to a person at a time
-- ARGV  1 cartera  2 node  3 count  4 now_ms  5 lease_ms
-- Answer: false when the queue was never filled (or Redis lost it); else {next_due_ms or "", case, case, ...}.
-- Time is the floor's (ARGV), never Redis's own. At most BATCH cases move at a time, to keep the others waiting briefly.

local ready, later, leases, cases, locks = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local cartera, node, count, now, lease_ms = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local BATCH, WINDOW, ASK_AGAIN_MS = 5000, 100, 1000

if redis.call('HEXISTS', cases, 'built') == 0 then
  return false
end

local function known(case)
  return string.match(redis.call('HGET', cases, case) or '', '^(%S+) (%S+) (%S*)$')
end

local function holder(person)
  local held = redis.call('HGET', locks, person)
  if not held then
    return nil
  end
  local expiry, of_cartera, case = string.match(held, '^(%S+) (%S+) (%S+) (%S+)$')
  return tonumber(expiry), of_cartera, case
end

-- A node that stopped renewing its lease is gone: its cases are ready for the others.
for _, case in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', ARGV[4], 'LIMIT', 0, BATCH)) do
  local person, score = known(case)
  local _, of_cartera, held_case = holder(person)
  if of_cartera == cartera and held_case == case then
    redis.call('HDEL', locks, person)
  end
  redis.call('ZREM', leases, case)
  redis.call('ZADD', ready, score, case)
end

for _, case in ipairs(redis.call('ZRANGEBYSCORE', later, '-inf', ARGV[4], 'LIMIT', 0, BATCH)) do
  local _, score = known(case)
  redis.call('ZREM', later, case)
  redis.call('ZADD', ready, score, case)
end

-- Best first; a case whose person is on another call stays where it is and the next one is taken.
local until_ms = string.format('%.0f', now + lease_ms)
local taken, passed_over = {}, 0
while #taken < count do
  local window = redis.call('ZREVRANGE', ready, passed_over, passed_over + WINDOW - 1)
  for _, case in ipairs(window) do
    local person = known(case)
    local expiry = holder(person)
    if #taken == count then
      break
    elseif expiry and expiry > now then
      passed_over = passed_over + 1
    else
      redis.call('HSET', locks, person, until_ms .. ' ' .. cartera .. ' ' .. case .. ' ' .. node)
      redis.call('ZREM', ready, case)
      redis.call('ZADD', leases, until_ms, case)
      taken[#taken + 1] = case
    end
  end
  if #window < WINDOW then
    break
  end
end

local next_due = redis.call('ZRANGE', later, 0, 0, 'WITHSCORES')[2]
if passed_over > 0 then
  local soon = now + ASK_AGAIN_MS
  next_due = string.format('%.0f', math.min(soon, tonumber(next_due) or soon))
end
return { next_due or '', unpack(taken) }
