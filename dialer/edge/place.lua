-- Put cases of one cartera in their places: a case is in exactly one of ready, later, leases or an agent's zset.
--
-- KEYS  1 ready  2 later  3 leases  4 cases  5 locks  6 grace  7 agents        as in claim.lua
-- ARGV  1 mode  2 cartera  3 node  4 now_ms  5 prefix of the agents' zsets,
--       then for each case: case person due_ms score agent ("" when anybody may call) release_ms (0: never)
-- Mode  "back"  the node gives back what it claimed: the lease ends. A case that another node has leased meanwhile
--               (ours had expired) is theirs to give back, and is left alone.
--       "move"  a supervisor binds it or lets it go: it leaves the place it had. A case that any node has leased is left
--               alone, and its place is decided when it comes back.
--       "fill"  from the database: a case that has a place keeps it (and gets the new score), the others get one.
-- Answer: how many were placed.

local ready, later, leases, cases, locks, grace, agents = unpack(KEYS)
local mode, cartera, node, now = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])

local function known(case)
  return string.match(redis.call('HGET', cases, case) or '', '^(%S+) (%S+) (%S*) (%S+)$')
end

local function is_leased(case)
  local expiry = redis.call('ZSCORE', leases, case)
  return expiry and tonumber(expiry) > now
end

local function leased_by_another(case, person)
  if not is_leased(case) then
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
    redis.call('ZREM', grace, case)
  end
end

local function enter(case, person, due, score, agent, release)
  if release ~= '0' and tonumber(release) <= now then
    agent, release = '', '0'
  end
  redis.call('HSET', cases, case, person .. ' ' .. score .. ' ' .. agent .. ' ' .. release)
  if agent ~= '' then
    redis.call('ZADD', ARGV[5] .. agent, due, case)
    redis.call('SADD', agents, agent)
    if release ~= '0' then
      redis.call('ZADD', grace, release, case)
    end
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
  local _, _, agent, release = known(case)
  redis.call('HSET', cases, case, person .. ' ' .. score .. ' ' .. (agent or '') .. ' ' .. (release or '0'))
  redis.call('ZADD', ready, 'XX', score, case)
end

local placed = 0
local function stays(case, person)
  if mode == 'move' then
    return is_leased(case)
  end
  return mode == 'back' and leased_by_another(case, person)
end

for at = 6, #ARGV, 6 do
  local case, person, due, score, agent, release = unpack(ARGV, at, at + 5)
  if mode == 'fill' and has_place(case) then
    rescore(case, person, score)
  elseif not stays(case, person) then
    leave(case, person)
    enter(case, person, due, score, agent, release)
    placed = placed + 1
  end
end
return placed
