@echo off
rem 依申请公开办件系统：双击启动。第一次装好环境，以后直接启动；关掉窗口就停止。
chcp 65001 >nul
cd /d "%~dp0..\.."
if not exist .venv\Scripts\python.exe (
  echo 第一次启动，正在装环境，约两分钟
  python -m venv .venv || goto nopython
  if exist wheels (
    .venv\Scripts\python -m pip install --quiet --no-index --find-links wheels --require-hashes -r requirements.lock || goto broken
  ) else (
    .venv\Scripts\python -m pip install --quiet --require-hashes -r requirements.lock || goto broken
  )
  .venv\Scripts\python -m pip install --quiet --no-deps --no-build-isolation --editable . || goto broken
)
.venv\Scripts\casework serve --host 127.0.0.1 --port 8000
pause
exit /b

:nopython
echo 没有找到 Python 3.11 以上，请先安装，安装时勾选 Add python.exe to PATH
pause
exit /b 2

:broken
echo 环境没有装好，请把上面的内容拍给维护人员；删掉 .venv 文件夹后可以再试
rmdir /s /q .venv
pause
exit /b 2
