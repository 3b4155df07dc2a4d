# Fill in first; within a JSON body, as JSON writes it:
# $env:EXTERNAL_MCP_AUTHORIZATION = ''
# $env:EXTERNAL_MCP_X_USER = ''
# $env:EXTERNAL_MCP_TOKEN = ''
$headers = @{
  'accept' = 'application/json, text/event-stream'
  'authorization' = $env:EXTERNAL_MCP_AUTHORIZATION
  'x-user' = 'Bearer ' + $env:EXTERNAL_MCP_X_USER + ' $env:PATH ‘‘a’’'
  'x-twice' = 'one, t''wo'
}
$body = '{"quotes":"'' ‘‘ ’’ ‚‚ ‛‛ \" “","expand":"$HOME $(id) `n","lines":"
	' + [char]13 + [char]0 + '","token":"' + $env:EXTERNAL_MCP_TOKEN + '","unicode":"ä漢🙂"}'
$response = Invoke-WebRequest -UseBasicParsing -Uri 'http://127.0.0.1:3000/mcp?q=''$(id)''' `
  -Method 'POST' `
  -Headers $headers `
  -ContentType 'application/json; charset="utf-8"' `
  -Body ([System.Text.Encoding]::UTF8.GetBytes($body))
$response.Content

$headers = @{
}
$response = Invoke-WebRequest -UseBasicParsing -Uri 'http://[::1]:1/sse' `
  -Method 'GET' `
  -Headers $headers
$response.Content
