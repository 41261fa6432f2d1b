-- Renames files, one after the other, through the HTTP API.
local ids, count = {}, 0
for line in io.lines(os.getenv("BENCH_IDS")) do ids[#ids + 1] = line end
wrk.method = "PATCH"
wrk.headers["Authorization"] = os.getenv("BENCH_KEY")
function request()
  count = count + 1
  local id = ids[count * 7919 % #ids + 1]
  local body = '{"file":{"id":"' .. id .. '","displayName":"renamed ' .. count .. '.txt"}}'
  return wrk.format(nil, "/site-media/v1/files/update-file-descriptor", nil, body)
end
