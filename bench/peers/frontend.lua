-- What wrk sends to Unleash's frontend API and to its proxy, which answer all flags at once: 4,096 users in turn, the users of ofrep.lua.
-- AT (the path) and KEY from the environment. Prints one line that starts with RESULT.
local users, requests, at = 4096, {}, 0

function init()
  local headers = { ["Authorization"] = os.getenv("KEY") }
  for user = 1, users do
    local group = user % 10 == 0 and "beta" or "general"
    requests[user] = wrk.format("GET", string.format("%s?userId=user-%08d-%06x&properties%%5Binternal%%5D=false&properties%%5Bgroup%%5D=%s&properties%%5Bcountry%%5D=SI",
      os.getenv("AT"), user, user * 2654435 % 16777216, group), headers)
  end
end

function request()
  at = at % users + 1
  return requests[at]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(99), e.connect + e.read + e.write + e.timeout + e.status))
end
