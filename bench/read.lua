-- Reads one descriptor after the other through the HTTP API.
local ids, count = {}, 0
for line in io.lines(os.getenv("BENCH_IDS")) do ids[#ids + 1] = line end
wrk.headers["Authorization"] = os.getenv("BENCH_KEY")
function request()
  count = count + 1
  return wrk.format(nil, "/site-media/v1/files/get-file-by-id?fileId=" .. ids[count * 7919 % #ids + 1])
end
