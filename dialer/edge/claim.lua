-- Claim due cases of one cartera for a node: all of it happens at once, so no other node sees anything half done.
--
-- KEYS  1 ready   zset  case -> score (higher first)       the person may be called now, by anybody
--       2 later   zset  case -> due_ms                     not yet
--       3 leases  zset  case -> expiry_ms                  some node has it
--       4 cases   hash  case -> "person score agent release"   every case of the cartera, wherever it is;
--                       "built" -> when it was last filled from the database
--       5 locks   hash  person -> "expiry_ms cartera case node"   over all carteras: one call to a person at a time
--       6 grace   zset  case -> release_ms                 bound cases that become anybody's if nobody calls until then
--       7 agents  set   agents that have (or had) cases bound to them
--       prefix..agent   zset  case -> due_ms               bound to this agent; "release" of the case is 0 for ever
-- ARGV  1 cartera  2 node  3 count  4 now_ms  5 lease_ms  6 prefix of the agents' zsets
--       7 agent whose own cases are wanted, "" none  8 "1" when anybody's cases are wanted (after the agent's own)
-- Answer: false when the queue was never filled (or Redis lost it); else {next_due_ms or "", case, case, ...}.
-- Time is the floor's (ARGV), never Redis's own. At most BATCH cases move at a time, to keep the others waiting briefly.

local ready, later, leases, cases, locks, grace, agents = unpack(KEYS)
local cartera, node, count, now, lease_ms = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local prefix, agent, pool = ARGV[6], ARGV[7], ARGV[8] == '1'
local BATCH, WINDOW, ASK_AGAIN_MS = 5000, 100, 1000

if redis.call('HEXISTS', cases, 'built') == 0 then
  return false
end

local function known(case)
  return string.match(redis.call('HGET', cases, case) or '', '^(%S+) (%S+) (%S*) (%S+)$')
end

local function holder(person)
  local held = redis.call('HGET', locks, person)
  if not held then
    return nil
  end
  local expiry, of_cartera, case = string.match(held, '^(%S+) (%S+) (%S+) (%S+)$')
  return tonumber(expiry), of_cartera, case
end

-- A node that stopped renewing its lease is gone: its cases are there for the others, bound ones for their agent.
for _, case in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', ARGV[4], 'LIMIT', 0, BATCH)) do
  local person, score, bound, release = known(case)
  local _, of_cartera, held_case = holder(person)
  if of_cartera == cartera and held_case == case then
    redis.call('HDEL', locks, person)
  end
  redis.call('ZREM', leases, case)
  if bound == '' then
    redis.call('ZADD', ready, score, case)
  else
    redis.call('ZADD', prefix .. bound, ARGV[4], case)
    redis.call('SADD', agents, bound)
    if release ~= '0' then
      redis.call('ZADD', grace, release, case)
    end
  end
end

for _, case in ipairs(redis.call('ZRANGEBYSCORE', later, '-inf', ARGV[4], 'LIMIT', 0, BATCH)) do
  local _, score = known(case)
  redis.call('ZREM', later, case)
  redis.call('ZADD', ready, score, case)
end

for _, case in ipairs(redis.call('ZRANGEBYSCORE', grace, '-inf', ARGV[4], 'LIMIT', 0, BATCH)) do
  local person, score, bound = known(case)
  redis.call('ZREM', grace, case)
  redis.call('ZREM', prefix .. bound, case)
  redis.call('HSET', cases, case, person .. ' ' .. score .. '  0')
  redis.call('ZADD', ready, score, case)
end

local until_ms = string.format('%.0f', now + lease_ms)
local taken, passed_over = {}, 0

local function is_locked(person)
  local expiry = holder(person)
  return expiry and expiry > now
end

local function take(case, person, from)
  redis.call('HSET', locks, person, until_ms .. ' ' .. cartera .. ' ' .. case .. ' ' .. node)
  redis.call('ZREM', from, case)
  redis.call('ZREM', grace, case)
  redis.call('ZADD', leases, until_ms, case)
  taken[#taken + 1] = case
end

-- The agent's own: callbacks (they have a grace) before what is on a list, each in the order in which they fell due.
if agent ~= '' then
  local mine = redis.call('ZRANGEBYSCORE', prefix .. agent, '-inf', ARGV[4], 'LIMIT', 0, BATCH)
  for _, has_grace in ipairs({ true, false }) do
    for _, case in ipairs(mine) do
      local person, _, _, release = known(case)
      if #taken < count and (release ~= '0') == has_grace and not is_locked(person) then
        take(case, person, prefix .. agent)
      end
    end
  end
end

-- Anybody's: best first; a case whose person is on another call stays where it is and the next one is taken.
while pool and #taken < count do
  local window = redis.call('ZREVRANGE', ready, passed_over, passed_over + WINDOW - 1)
  for _, case in ipairs(window) do
    local person = known(case)
    if #taken == count then
      break
    elseif is_locked(person) then
      passed_over = passed_over + 1
    else
      take(case, person, ready)
    end
  end
  if #window < WINDOW then
    break
  end
end

local next_due = tonumber(redis.call('ZRANGE', later, 0, 0, 'WITHSCORES')[2])
local release = tonumber(redis.call('ZRANGE', grace, 0, 0, 'WITHSCORES')[2])
if release then
  next_due = math.min(release, next_due or release)
end
if passed_over > 0 then
  next_due = math.min(now + ASK_AGAIN_MS, next_due or now + ASK_AGAIN_MS)
end
return { next_due and string.format('%.0f', next_due) or '', unpack(taken) }
