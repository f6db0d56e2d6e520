"""The demonstration district: invented, seeded, any size. What shows it labels it 演示数据."""
