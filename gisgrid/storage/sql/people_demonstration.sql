-- The first account of each role, only where the project is a demonstration.
SELECT DISTINCT ON (account.role) account.role, account.id
FROM account
JOIN project ON project.demonstration
WHERE account.active
ORDER BY account.role, account.id
