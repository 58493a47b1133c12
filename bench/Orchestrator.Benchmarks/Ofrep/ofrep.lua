-- What wrk sends: POST evaluations of one flag (of all, when FLAG is empty) by 4,096 users in turn, as a service with a small context does.
-- FLAG and KEY from the environment. Prints one line that starts with RESULT.
local users, requests, at = 4096, {}, 0

function init()
  local headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. os.getenv("KEY") }
  local flag = os.getenv("FLAG")
  local path = "/ofrep/v1/evaluate/flags" .. (flag == "" and "" or "/" .. flag)
  for user = 1, users do
    local group = user % 10 == 0 and "beta" or "general"
    local body = string.format('{"context":{"targetingKey":"user-%08d-%06x","internal":false,"group":"%s","country":"SI"}}', user, user * 2654435 % 16777216, group)
    requests[user] = wrk.format("POST", path, headers, body)
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
