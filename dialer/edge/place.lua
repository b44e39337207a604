-- Put cases of one cartera in their places: a case is in exactly one of ready, later, leases or an agent's zset.
--
-- KEYS  1 ready  2 later  3 leases  4 cases  5 locks        as in claim.lua
-- ARGV  1 mode  2 cartera  3 node  4 now_ms  5 prefix of the agents' zsets,
--       then for each case: case person due_ms score agent ("" when anybody may call)
-- Mode  "back"  the node gives back what it claimed: the lease ends. A case that another node has leased meanwhile
--               (ours had expired) is theirs to give back, and is left alone.
--       "fill"  from the database: a case that has a place keeps it (and gets the new score), the others get one.
-- Answer: how many were placed.

local ready, later, leases, cases, locks = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local mode, cartera, node, now = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])

local function known(case)
  return string.match(redis.call('HGET', cases, case) or '', '^(%S+) (%S+) (%S*)$')
end

local function leased_by_another(case, person)
  local expiry = redis.call('ZSCORE', leases, case)
  if not expiry or tonumber(expiry) <= now then
    return false
  end
  local held = redis.call('HGET', locks, person)
  local _, of_cartera, held_case, held_by = string.match(held or '', '^(%S+) (%S+) (%S+) (%S+)$')
  return of_cartera == cartera and held_case == case and held_by ~= node
end

local function unlock(case, person)
  local held = redis.call('HGET', locks, person)
  local _, of_cartera, held_case = string.match(held or '', '^(%S+) (%S+) (%S+) (%S+)$')
  if of_cartera == cartera and held_case == case then
    redis.call('HDEL', locks, person)
  end
end

local function leave(case, person)
  local _, _, agent = known(case)
  redis.call('ZREM', ready, case)
  redis.call('ZREM', later, case)
  if redis.call('ZREM', leases, case) == 1 then
    unlock(case, person)
  end
  if agent and agent ~= '' then
    redis.call('ZREM', ARGV[5] .. agent, case)
  end
end

local function enter(case, person, due, score, agent)
  redis.call('HSET', cases, case, person .. ' ' .. score .. ' ' .. agent)
  if agent ~= '' then
    redis.call('ZADD', ARGV[5] .. agent, due, case)
  elseif tonumber(due) <= now then
    redis.call('ZADD', ready, score, case)
  else
    redis.call('ZADD', later, due, case)
  end
end

local function has_place(case)
  local _, _, agent = known(case)
  return redis.call('ZSCORE', ready, case) or redis.call('ZSCORE', later, case) or redis.call('ZSCORE', leases, case)
    or (agent and agent ~= '' and redis.call('ZSCORE', ARGV[5] .. agent, case))
end

local function rescore(case, person, score)
  local _, _, agent = known(case)
  redis.call('HSET', cases, case, person .. ' ' .. score .. ' ' .. (agent or ''))
  redis.call('ZADD', ready, 'XX', score, case)
end

local placed = 0
for at = 6, #ARGV, 5 do
  local case, person, due, score, agent = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  if mode == 'fill' and has_place(case) then
    rescore(case, person, score)
  elseif mode == 'fill' or not leased_by_another(case, person) then
    leave(case, person)
    enter(case, person, due, score, agent)
    placed = placed + 1
  end
end
return placed
