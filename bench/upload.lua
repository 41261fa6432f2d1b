-- Sends one small file to each of the upload URLs that were issued before.
local threads = 0
function setup(thread)
  thread:set("first", threads)
  threads = threads + 1
end
local urls, count = {}, 0
for line in io.lines(os.getenv("BENCH_URLS")) do urls[#urls + 1] = line end
wrk.method = "PUT"
wrk.body = string.rep("some text ", 2048)
function request()
  -- Threads share nothing, so each takes its own half: there are never more than two.
  count = count + 1
  return wrk.format(nil, urls[count * 2 - first] or "/upload/none")
end
